// Where streaming fails before anything came, one request more is made without it.
import { eventsOf, PROVIDERS } from "../../fixtures/providers.mjs";
import { expect, test } from "./support/test.mjs";

const WHOLE = { choices: [{ index: 0, message: { role: "assistant", content: "All at once. 🙂" }, finish_reason: "stop" }], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };

/** Runs with fallback and without retries: the first request is answered by `script`, the second with JSON. */
const falling = (inPage, script, { options = {}, whole = WHOLE } = {}) => inPage(async (kit, { source, options, whole }) => {
  const first = (0, eval)(`(${source})`);
  const model = kit.model((turn, number) => (number === 1 ? first(turn) : turn.whole(200, JSON.stringify(whole), { "content-type": "application/json" })));
  const events = [];
  const context = kit.memory();
  const stream = kit.agent(model, { fallback: undefined, ...options }).runStreamed("Hi", { context, onEvent: (event) => void events.push(event) });
  const { chunks, error } = await kit.read(stream);
  const result = error ? undefined : await stream.result;
  return {
    chunks, failed: error && kit.told(error), result, said: kit.said(context),
    types: events.map(({ type }) => type), told: events.filter(({ type }) => type === "fallback").map(({ error }) => kit.told(error).code),
    asked: model.turns.map(({ body }) => body.stream ?? false), accepted: model.turns.map(({ headers }) => headers.accept), urls: model.turns.map(({ url }) => url),
  };
}, { source: String(script), options, whole });

const FAILURES = {
  "a fetch that fails": [(turn) => turn.refuse(new TypeError("no")), "network"],
  "a 500": [(turn) => turn.whole(500, ""), "http"],
  "a 400": [(turn) => turn.whole(400, "streaming is not supported"), "http"],
  "HTML": [(turn) => turn.whole(200, "<html>"), "protocol"],
  "a cut": [(turn) => turn.close(), "truncated"],
  "an error event": [(turn) => turn.send('data: {"error":{"message":"no streams today"}}\n\n'), "provider"],
};
for (const [what, [script, code]] of Object.entries(FAILURES)) {
  test(`after ${what} the answer comes in one chunk`, async ({ inPage }) => {
    const seen = await falling(inPage, script);
    expect(seen).toMatchObject({
      chunks: ["All at once. 🙂"], told: [code], asked: [true, false], accepted: ["text/event-stream", "application/json"],
      types: ["start", "fallback", "start", "text-delta", "usage", "finish"],
      result: { text: "All at once. 🙂", finishReason: "stop", attempts: 2, usage: { totalTokens: 3 } },
      said: [{ role: "user", content: "Hi" }, { role: "assistant", content: "All at once. 🙂" }],
    });
  });
}

for (const status of [401, 403, 404, 429]) {
  test(`not after a ${status}`, async ({ inPage }) => {
    const seen = await falling(inPage, `(turn) => turn.whole(${status}, "no")`);
    expect(seen).toMatchObject({ asked: [true], told: [], failed: { code: "http", status }, types: ["start", "error"] });
  });
}

test("not after text has come, nor where it is turned off", async ({ inPage }) => {
  expect(await falling(inPage, (turn) => turn.say("half").close())).toMatchObject({ asked: [true], chunks: ["half"], failed: { code: "truncated" } });
  expect(await falling(inPage, (turn) => turn.close(), { options: { fallback: false } })).toMatchObject({ asked: [true], failed: { code: "truncated" } });
});

test("not after an abort", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const controller = new AbortController();
    const model = kit.model();
    const running = kit.thrown(kit.agent(model, { fallback: true }).run("Hi", { signal: controller.signal }));
    await model.turn();
    controller.abort("no");
    const { error } = await running;
    await kit.settled();
    return { error, requests: model.turns.length };
  });
  expect(seen).toEqual({ error: "no", requests: 1 });
});

test("when it fails as well the error is the one it was tried for", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => (number === 1 ? turn.whole(500, "first") : turn.whole(503, "second")));
    return [await kit.failure(kit.agent(model, { fallback: true }).run("Hi")), model.turns.length];
  });
  expect(seen).toMatchObject([{ code: "http", status: 500 }, 2]);
});

for (const provider of PROVIDERS.filter((provider) => eventsOf(provider).whole)) {
  test(`${provider} answers without streaming too`, async ({ inPage }) => {
    const seen = await falling(inPage, (turn) => turn.close(), { options: { provider }, whole: eventsOf(provider).whole });
    expect(seen).toMatchObject({ chunks: ["Hello"], result: { finishReason: "stop" }, accepted: [expect.stringMatching(/event-stream|ndjson/), "application/json"] });
    // The second request says in its body, or in its address, that it is not to be streamed.
    expect(seen.asked[0] && !seen.asked[1] || seen.urls[0] !== seen.urls[1]).toBe(true);
  });
}

test("an answer in one piece where a stream was asked for is taken as it is", async ({ inPage }) => {
  const text = await inPage(async (kit, whole) => {
    const model = kit.model((turn) => turn.whole(200, JSON.stringify(whole), { "content-type": "application/json" }));
    return [(await kit.agent(model).run("Hi")).text, model.turns.length];
  }, WHOLE);
  expect(text).toEqual(["All at once. 🙂", 1]);
});
