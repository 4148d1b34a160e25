// JsonStream, as the package has it: what grows, what is refused, what is left after free. The rest is in tests/json.
import { expect, test } from "./support/test.mjs";

test("a value grows as its text arrives, the same object all along", async ({ inPage }) => {
  const seen = await inPage(({ refinire }) => {
    const json = new refinire.JsonStream();
    const seen = [json.value === undefined];
    let first;
    for (const piece of ['{"name":"Gr', "\\u00", 'fc\ud83d', '\ude00"', ',"list":[1', "2", ',{"a":nul', "l}", "]", "} "]) {
      json.push(piece);
      first ??= json.value;
      seen.push(JSON.stringify(json.value));
    }
    return [...seen, json.finish() === first, json.value === first];
  });
  expect(seen).toEqual([
    true, '{"name":"Gr"}', '{"name":"Gr"}', '{"name":"Grü"}', '{"name":"Grü😀"}', '{"name":"Grü😀","list":[]}', '{"name":"Grü😀","list":[]}',
    '{"name":"Grü😀","list":[12,{}]}', '{"name":"Grü😀","list":[12,{"a":null}]}', '{"name":"Grü😀","list":[12,{"a":null}]}', '{"name":"Grü😀","list":[12,{"a":null}]}', true, true,
  ]);
});

test("the chunks of an answer can be pushed as they come", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const json = new kit.refinire.JsonStream();
    const seen = [];
    for await (const chunk of kit.agent(kit.saysAll('[{"na', 'me":"Gen', 'oa"}', "]")).runStreamed("Towns?")) {
      json.push(chunk);
      seen.push(JSON.stringify(json.value));
    }
    return [seen, json.finish()];
  });
  expect(seen).toEqual([["[{}]", '[{"name":"Gen"}]', '[{"name":"Genoa"}]', '[{"name":"Genoa"}]'], [{ name: "Genoa" }]]);
});

test("what is no JSON, or ends too early, is RefinireError protocol with the offset, and leaves the value", async ({ inPage }) => {
  const seen = await inPage(async ({ refinire, failure }) => {
    const wrong = new refinire.JsonStream();
    wrong.push('{"a":[1');
    const first = await failure(() => wrong.push(",]}"));
    const again = await failure(() => wrong.finish());
    const early = new refinire.JsonStream();
    early.push('["a');
    return { first, again, value: wrong.value, early: await failure(() => early.finish()), kept: early.value };
  });
  expect(seen.first).toMatchObject({ real: true, name: "RefinireError", code: "protocol", message: expect.stringContaining("offset 8") });
  expect(seen.again).toEqual(seen.first);
  expect(seen.early).toMatchObject({ real: true, code: "protocol", message: expect.stringMatching(/too early.*offset 3/) });
  expect([seen.value, seen.kept]).toEqual([{ a: [1] }, ["a"]]);
});

test("after free everything says so, and freeing it again is fine", async ({ inPage }) => {
  const failures = await inPage(({ refinire, failure }) => {
    const json = new refinire.JsonStream();
    json.push("[1");
    json.free();
    json.free();
    return Promise.all([failure(() => json.push("]")), failure(() => json.finish()), failure(() => json.value)]);
  });
  expect(failures).toHaveLength(3);
  for (const failed of failures) expect(failed).toMatchObject({ real: true, code: "invalid-argument", message: expect.stringContaining("freed") });
});
