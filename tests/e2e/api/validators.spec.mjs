// The validators that people use, as they are.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as z from "zod";

import { expect, test } from "./support/test.mjs";

/** Zod, Valibot and ArkType as a page loads them. */
const { outputFiles: [validators] } = await build({
  stdin: {
    contents: 'export { type } from "arktype"; export * as v from "valibot"; export * as z from "zod";',
    resolveDir: fileURLToPath(new URL(".", import.meta.url)),
  },
  bundle: true, format: "esm", write: false, logLevel: "warning",
});

test.beforeEach(async ({ inPage, page }) => {
  await page.route("**/validators.js", (route) => route.fulfill({ contentType: "text/javascript", body: validators.text }));
  await inPage(async () => {
    globalThis.validators = await import("/validators.js");
    const { type, v, z } = globalThis.validators;
    globalThis.towns = {
      Zod: z.object({ name: z.string(), sizes: z.array(z.object({ km2: z.number().positive() })) }),
      Valibot: v.object({ name: v.string(), sizes: v.array(v.object({ km2: v.pipe(v.number(), v.minValue(0.001)) })) }),
      ArkType: type({ name: "string", sizes: type({ km2: "number > 0" }).array() }),
    };
  });
});

const GENOA = '{"name":"Genoa","sizes":[{"km2":240}]}';

test("the JSON Schema that is sent is Zod's own", async ({ inPage }) => {
  const sent = await inPage(async (kit, answer) => {
    const model = kit.saysAll(answer);
    await kit.agent(model, { outputSchema: globalThis.towns.Zod }).run("Hi");
    return model.turns[0].body.response_format;
  }, GENOA);
  const town = z.object({ name: z.string(), sizes: z.array(z.object({ km2: z.number().positive() })) });
  expect(sent).toMatchObject({ type: "json_schema", json_schema: { schema: z.toJSONSchema(town, { io: "input" }) } });
});

for (const library of ["Zod", "Valibot", "ArkType"]) {
  test(`${library}: the content is what it makes of the answer`, async ({ inPage }) => {
    const content = await inPage(async (kit, { library, answer }) => {
      const { content } = await kit.agent(kit.saysAll(answer.slice(0, 20), answer.slice(20)), { outputSchema: globalThis.towns[library] }).run("Hi");
      return content;
    }, { library, answer: GENOA });
    expect(content).toEqual({ name: "Genoa", sizes: [{ km2: 240 }] });
  });

  test(`${library}: what does not fit is an error that says where`, async ({ inPage }) => {
    const text = '{"name":"Genoa","sizes":[{"km2":1},{"km2":-1}]}';
    const failed = await inPage((kit, { library, text }) => kit.failure(kit.agent(kit.saysAll(text), { outputSchema: globalThis.towns[library] }).run("Hi")), { library, text });
    expect(failed).toMatchObject({ real: true, code: "schema", partialText: text, message: expect.stringContaining("sizes[1].km2: ") });
  });
}

test("what Zod transforms is the content, and the model is told of what it is made from", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { z } = globalThis.validators;
    const model = kit.saysAll('{"day":"2030-01-02"}');
    const outputSchema = z.object({ day: z.iso.date().transform((text) => new Date(text)) });
    const { content } = await kit.agent(model, { outputSchema }).run("Hi");
    return { isDate: content.day instanceof Date, at: content.day.getTime(), day: model.turns[0].body.response_format.json_schema.schema.properties.day };
  });
  expect(seen).toMatchObject({ isDate: true, at: Date.UTC(2030, 0, 2), day: { type: "string", format: "date" } });
});

test("a tool's arguments are checked by Zod, whose words the model reads", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { z } = globalThis.validators;
    const calls = [["a", '{"n":1}'], ["b", '{"n":"1"}']];
    const model = kit.model((turn, number) => {
      if (number > 1) return turn.answer("Done.");
      const tool_calls = calls.map(([id, written], index) => ({ index, id, function: { name: "twice", arguments: written } }));
      return turn.send(kit.chunk({ tool_calls }), kit.ending("tool_calls"), kit.DONE).close();
    });
    const tools = [{ name: "twice", description: "", parameters: z.object({ n: z.number() }), execute: ({ n }) => 2 * n }];
    await kit.agent(model, { tools }).run("Hi");
    return { told: model.turns[1].body.messages.slice(-2).map(({ content }) => content), sent: model.turns[0].body.tools[0].function.parameters };
  });
  expect(seen).toMatchObject({ told: ["2", expect.stringMatching(/^Error: n: \S/)], sent: { properties: { n: { type: "number" } }, required: ["n"] } });
});

test("where a validator has no JSON Schema, the model is asked for JSON all the same", async ({ inPage }) => {
  const body = await inPage(async (kit, answer) => {
    const model = kit.saysAll(answer);
    await kit.agent(model, { outputSchema: globalThis.towns.Valibot }).run("Hi");
    return model.turns[0].body;
  }, GENOA);
  expect(body).not.toHaveProperty("response_format");
  expect(body.messages[0]).toEqual({ role: "system", content: expect.stringContaining("Answer with JSON") });
});
