// The validators that people use, as they are.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as z from "zod";

import { expect, test } from "./support/test.mjs";

/** Zod, Valibot and ArkType as a page loads them. */
const { outputFiles: [validators] } = await build({
  stdin: {
    contents: 'export { type } from "arktype"; export * as v from "valibot"; export * as z from "zod"; export { toStandardJsonSchema } from "@valibot/to-json-schema";',
    resolveDir: fileURLToPath(new URL(".", import.meta.url)),
  },
  bundle: true, format: "esm", write: false, logLevel: "warning",
});

test.beforeEach(async ({ inPage }) => {
  await inPage(async (_, source) => {
    globalThis.validators = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    const { toStandardJsonSchema, type, v, z } = globalThis.validators;
    globalThis.towns = {
      Zod: z.object({ name: z.string(), sizes: z.array(z.object({ km2: z.number().positive() })) }),
      Valibot: toStandardJsonSchema(v.object({ name: v.string(), sizes: v.array(v.object({ km2: v.pipe(v.number(), v.minValue(0.001)) })) })),
      ArkType: type({ name: "string", sizes: type({ km2: "number > 0" }).array() }),
    };
  }, validators.text);
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

test("a tool's arguments are what Zod makes of them, and the model reads its words", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { z } = globalThis.validators;
    const calls = [["a", '{"n":1}'], ["b", '{"n":"1"}']];
    const model = kit.model((turn, number) => {
      if (number > 1) return turn.answer("Done.");
      const tool_calls = calls.map(([id, written], index) => ({ index, id, function: { name: "twice", arguments: written } }));
      return turn.send(kit.chunk({ tool_calls }), kit.ending("tool_calls"), kit.DONE).close();
    });
    const tools = [{ name: "twice", description: "", parameters: z.object({ n: z.number().transform((n) => n + 1) }), execute: ({ n }) => 2 * n }];
    await kit.agent(model, { tools }).run("Hi");
    return { told: model.turns[1].body.messages.slice(-2).map(({ content }) => content), sent: model.turns[0].body.tools[0].function.parameters };
  });
  expect(seen).toMatchObject({ told: ["4", expect.stringMatching(/^Error: n: \S/)], sent: { properties: { n: { type: "number" } }, required: ["n"] } });
});

test("the JSON Schema of each is what it makes of its input", async ({ inPage }) => {
  const sent = await inPage(async (kit, answer) => {
    const schemas = {};
    for (const [library, outputSchema] of Object.entries(globalThis.towns)) {
      const model = kit.saysAll(answer);
      await kit.agent(model, { outputSchema, tools: [{ name: "f", description: "", parameters: outputSchema, execute: () => "" }] }).run("Hi");
      const { response_format, tools } = model.turns[0].body;
      schemas[library] = [response_format.json_schema.schema, tools[0].function.parameters];
    }
    return schemas;
  }, GENOA);
  for (const library of ["Zod", "Valibot", "ArkType"]) {
    expect(sent[library][0], library).toMatchObject({ type: "object", properties: { name: { type: "string" }, sizes: { type: "array" } } });
    expect(sent[library][1], library).toEqual(sent[library][0]);
  }
});

test("a validator without a JSON Schema is refused, with the converter that gives it one", async ({ inPage }) => {
  const failures = await inPage(async (kit) => {
    const { v } = globalThis.validators;
    const standard = (vendor, more) => ({ "~standard": { version: 1, vendor, validate: (value) => ({ value }), ...more } });
    const tool = (parameters) => ({ tools: [{ name: "f", description: "", parameters, execute: () => "" }] });
    const dates = standard("dates", { jsonSchema: { input: () => { throw new Error("a date is no JSON"); } } });
    const options = [{ outputSchema: v.object({}) }, tool(v.object({})), { outputSchema: standard("zod") }, { outputSchema: standard("mine") }, { outputSchema: dates }];
    return Promise.all(options.map((options) => kit.failure(() => kit.agent(kit.saysAll("{}"), options))));
  });
  const refused = (...words) => ({ real: true, code: "invalid-argument", message: expect.stringMatching(new RegExp(words.join(".*"))) });
  expect(failures).toMatchObject([
    refused("`outputSchema`", "valibot", "toStandardJsonSchema", "@valibot/to-json-schema"),
    refused("`tools\\[0\\]`: `parameters`", "@valibot/to-json-schema"),
    refused("Zod 4.2", "zod-to-json-schema"),
    refused("mine", "standardschema.dev/json-schema"),
    refused("a date is no JSON"),
  ]);
});
