// Inputs of public bug reports about streamed answers, where they are at hand: `../shared/inputs.json`, seen from the project. Each is run
// through the package whole, and once more with a body that comes one byte at a time.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { before, test } from "node:test";

import init, { RefinireAgent, RefinireError } from "../../pkg/refinire_web.js";

const place = new URL("../../../shared/inputs.json", import.meta.url);
const inputs = existsSync(place) ? JSON.parse(readFileSync(place, "utf8")) : [];

before(() => init({ module_or_path: readFileSync(new URL("../../pkg/refinire_web_bg.wasm", import.meta.url)) }));

const text = (expected) => ({ result }) => assert.equal(result?.text, expected);
const finish = (expected) => ({ result }) => assert.equal(result?.finishReason, expected);
const content = (expected) => ({ result }) => assert.deepEqual(result?.content, expected);
const fails = (code, ...words) => ({ error }) => {
  assert.ok(error instanceof RefinireError, `no RefinireError: ${error}`);
  assert.equal(error.code, code, error.message);
  for (const word of words) assert.ok(error.message.includes(word), error.message);
};
const once = ({ requests }) => assert.equal(requests.length, 1, "one request is enough");
const calls = (...expected) => ({ events }) => assert.deepEqual(of(events, "tool-call").map(({ name, input }) => ({ name, input })), expected);
const ran = (...expected) => ({ executed }) => assert.deepEqual(executed, expected);
const of = (events, type) => events.filter((event) => event.type === type);
const f1 = { name: "f", input: { a: 1 } };
const g2 = { name: "g", input: { a: 2 } };
const call = ({ requests }) => requests[1].messages.find((message) => message.tool_calls);

/** What has to hold, by the input's name. */
const EXPECTED = {
  A1: [text("one two"), ({ events }) => assert.deepEqual(of(events, "raw").map(({ data }) => data), ["null"])],
  A4: [text("one two"), ({ events }) => assert.deepEqual(of(events, "raw").map(({ data }) => data), ["0", "true", "[]", '""'])],
  B1: [text("one two"), finish("stop"), once],
  B4: [text("one two"), finish("stop"), once],
  C9: [text("ab"), finish("length")],
  C17: [text("one"), ({ result }) => assert.equal(result.reasoning, "We think")],
  C18: [
    text("one [1]"),
    ({ result, events }) => {
      assert.ok(result.sources.some(({ url, title }) => url === "https://a.test/1" && title === "A"), JSON.stringify(result.sources));
      assert.deepEqual(of(events, "source").map(({ source }) => source), result.sources);
    },
  ],
  C20: [
    text("Here:"),
    ({ result, events }) => {
      assert.deepEqual(result.files, [{ mediaType: "image/png", data: "AAAA" }]);
      assert.deepEqual(of(events, "file").map(({ file }) => file), result.files);
    },
  ],
  C27: [content({ town: "Genoa" })],
  D5: [fails("provider", "Not authenticated")],
  D8: [fails("provider", "insufficient balance"), once],
  D21: [fails("http", "stream_options", "Extra inputs are not permitted")],
  D25: [fails("provider", "Too many requests"), ({ error }) => assert.equal(error.partialText, "one")],
  D32: [fails("http", "No such model"), once],
  E3: [calls(f1, g2), ran("f", "g")],
  E5: [calls(f1, g2), ran("f", "g")],
  E6: [calls(f1), ran("f")],
  E8: [calls(f1), ran("f")],
  E12: [calls(f1), ran("f")],
  E13: [calls(f1), ran("f")],
  E23: [calls(f1), ran("f")],
  E30: [({ events }) => assert.deepEqual(of(events, "tool-result").map(({ output, isError }) => [output, isError]), [[0, undefined]])],
  F1: [(run) => assert.equal(call(run).reasoning_content, "I need f.")],
  F2: [(run) => assert.deepEqual(call(run).tool_calls[0].extra_content, { google: { thought_signature: "SIG" } })],
  F6: [
    ({ requests }) => {
      const empty = { type: "object", properties: {} };
      assert.deepEqual(requests[0].tools.map((tool) => tool.function.parameters), [empty, empty]);
    },
  ],
  F8: [({ requests }) => assert.deepEqual([requests[0].max_completion_tokens, requests[0].max_tokens], [100, undefined])],
  G1: [text("one"), finish("stop"), once],
  J2: [text("one"), finish("stop"), once],
  K1: [content({ town: "Genoa" }), ({ events }) => assert.ok(![...of(events, "partial"), ...of(events, "field")].some((event) => JSON.stringify(event).includes("Dra")))],
  K16: [content({ town: "Genoa" })],
  R2: [text("one two")],
  R4: [text("one two")],
};

/** The body as it is, or one byte a read. */
function responseOf({ status = 200, type = "text/event-stream", body }, isCut) {
  const bytes = new TextEncoder().encode(body);
  let at = 0;
  const cut = new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, ++at));
      else controller.close();
    },
  });
  return new Response(isCut ? cut : bytes, { status, headers: { "content-type": type } });
}

/** Everything that a run of the input shows. */
async function run({ provider, model = "m", replies, tools = [], outputSchema }, isCut) {
  const requests = [];
  const executed = [];
  const events = [];
  const toolOf = ({ name, parameters, noparams, code = "return 'done'" }) => ({
    name,
    description: name,
    ...(!noparams && { parameters }),
    execute(input) {
      executed.push(name);
      return new Function("input", code)(input);
    },
  });
  const agent = new RefinireAgent({
    name: "agent",
    generationInstructions: "",
    model,
    provider,
    baseUrl: "https://api.test/v1",
    maxTokens: 100,
    retry: { baseMs: 0, maxMs: 0 },
    ...(tools.length > 0 && { tools: tools.map(toolOf) }),
    ...(outputSchema && { outputSchema }),
    fetch: async (url, { body }) => {
      requests.push(JSON.parse(body));
      // Whoever asks more often than it was answered gets the last answer again.
      return responseOf(replies[Math.min(requests.length, replies.length) - 1], isCut);
    },
  });
  const settled = await agent.run("Hi", { onEvent: (event) => events.push(event) }).then(
    (result) => ({ result }),
    (error) => ({ error }),
  );
  agent.free();
  return { ...settled, requests, executed, events };
}

if (inputs.length === 0) test("inputs of bug reports", { skip: "there is no ../shared/inputs.json" }, () => {});
for (const input of inputs) {
  for (const isCut of [false, true]) {
    test(`${input.id}: ${input.what}${isCut ? ", one byte a read" : ""}`, async () => {
      const shown = await run(input, isCut);
      assert.ok(EXPECTED[input.id], "nothing is said of what has to hold");
      for (const holds of EXPECTED[input.id]) holds(shown);
    });
  }
}
