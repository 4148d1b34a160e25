// Where streaming fails before anything came, one request more is made without it. When, and when not, is stated in tests/runs/fallback.rs.
import { expect, test } from "./support/test.mjs";

const WHOLE = { choices: [{ index: 0, message: { role: "assistant", content: "All at once. 🙂" }, finish_reason: "stop" }], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };

test("after a 500 the answer comes in one chunk", async ({ inPage }) => {
  const seen = await inPage(async (kit, whole) => {
    const model = kit.model((turn, number) => (number === 1 ? turn.whole(500, "") : turn.whole(200, JSON.stringify(whole), { "content-type": "application/json" })));
    const events = [];
    const context = kit.memory();
    const stream = kit.agent(model, { fallback: undefined }).runStreamed("Hi", { context, onEvent: (event) => void events.push(event) });
    const { chunks } = await kit.read(stream);
    return {
      chunks, result: await stream.result, said: kit.said(context),
      types: events.map(({ type }) => type), told: events.filter(({ type }) => type === "fallback").map(({ error }) => kit.told(error).code),
      asked: model.turns.map(({ body }) => body.stream ?? false), accepted: model.turns.map(({ headers }) => headers.accept),
    };
  }, WHOLE);
  expect(seen).toMatchObject({
    chunks: ["All at once. 🙂"], told: ["http"], asked: [true, false], accepted: ["text/event-stream", "application/json"],
    types: ["start", "fallback", "start", "text-delta", "usage", "finish"],
    result: { text: "All at once. 🙂", finishReason: "stop", attempts: 2, usage: { totalTokens: 3 } },
    said: [{ role: "user", content: "Hi" }, { role: "assistant", content: "All at once. 🙂" }],
  });
});
