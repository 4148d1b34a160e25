// A stream goes as far as it is read.
import { expect, test } from "./support/test.mjs";

test("nothing is requested before the first read", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    let keys = 0;
    const model = kit.saysAll("a");
    const context = kit.memory();
    const stream = kit.agent(model, { apiKey: () => `${++keys}` }).runStreamed("Hi", { context });
    await kit.settled();
    const before = [keys, model.turns.length, context.messages.length];
    const { chunks } = await kit.read(stream);
    return { before, after: [keys, model.turns.length], chunks };
  });
  expect(seen).toEqual({ before: [0, 0, 0], after: [1, 1], chunks: ["a"] });
});

for (const [what, option] of [["a callback", "callback"], ["an onEvent", "onEvent"]]) {
  test(`${what} starts it at once, it runs to its end, and what is unread is kept for a later reader`, async ({ inPage }) => {
    const seen = await inPage(async (kit, option) => {
      const model = kit.saysAll("a", "b", "c");
      const stream = kit.agent(model).runStreamed("Hi", { [option]: () => {} });
      await kit.settled();
      const before = [model.turns.length, model.turns[0]?.signal.aborted];
      const { text } = await stream.result;
      const { chunks } = await kit.read(stream);
      return { before, text, chunks };
    }, option);
    expect(seen).toEqual({ before: [1, true], text: "abc", chunks: ["a", "b", "c"] });
  });
}

test("asking for the result in the middle lets it run to its end", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const stream = kit.agent(kit.saysAll("a", "b", "c", "d")).runStreamed("Hi");
    const reader = stream.getReader();
    const first = await reader.read();
    const { text, metrics } = await stream.result;
    reader.releaseLock();
    const { chunks } = await kit.read(stream);
    return { first: first.value, text, counted: [metrics.chunks, metrics.chars], chunks };
  });
  expect(seen).toEqual({ first: "a", text: "abcd", counted: [4, 4], chunks: ["b", "c", "d"] });
});

test("a reader that stops reading stops the download", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.answer(..."0123456789"));
    const reader = kit.agent(model).runStreamed("Hi").getReader();
    const pulls = [];
    for (let reads = 0; reads < 3; reads += 1) {
      await reader.read();
      await kit.settled();
      pulls.push(model.turns[0].pulls);
    }
    return pulls;
  });
  // At most one read of the source is under way that nobody has asked for yet.
  expect(seen[2] - seen[1]).toBe(1);
  expect(seen[2]).toBeLessThanOrEqual(4);
});

test("chunks that came in one read are handed out before the next read is made", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.send(["a", "b", "c"].map(kit.saying).join("")).say("d", "e").finish());
    const reader = kit.agent(model).runStreamed("Hi").getReader();
    await reader.read();
    await reader.read();
    await kit.settled();
    const held = model.turns[0].pulls;
    const rest = [];
    for (let step; !(step = await reader.read()).done;) rest.push(step.value);
    return { held, rest };
  });
  expect(seen).toEqual({ held: 1, rest: ["c", "d", "e"] });
});

test("a failure comes after every chunk before it was read, as the same object for stream and result", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.say("a", "b").break(new TypeError("gone")));
    const stream = kit.agent(model).runStreamed("Hi");
    const failed = kit.thrown(stream.result);
    await kit.settled();
    const { chunks, error } = await kit.read(stream);
    const later = await kit.thrown(stream.getReader().read());
    return { chunks, same: [(await failed).error === error, later.error === error], told: kit.told(error) };
  });
  expect(seen.chunks).toEqual(["a", "b"]);
  expect(seen.same).toEqual([true, true]);
  expect(seen.told).toMatchObject({ real: true, code: "network", partialText: "ab" });
});

test("nobody who leaves the result alone has an unhandled rejection", async ({ inPage, complaints }) => {
  const rejected = await inPage(async (kit) => {
    const failing = () => kit.model((turn) => turn.refuse(new TypeError("no")));
    const count = [];
    addEventListener("unhandledrejection", ({ reason }) => count.push(String(reason)));
    await kit.read(kit.agent(failing()).runStreamed("Hi"));
    kit.agent(failing()).runStreamed("Hi", { callback: () => {} });
    kit.agent(failing()).runStreamed("Hi", { onEvent: () => {} });
    void kit.agent(failing()).runStreamed("Hi").result;
    await kit.agent(failing()).runStreamed("Hi").cancel();
    const aborted = kit.agent(failing()).runStreamed("Hi", { signal: AbortSignal.abort("why") });
    void aborted.result;
    for await (const text of kit.agent(kit.model((turn) => turn.say("a", "b"))).runStreamed("Hi")) {
      count.push(text);
      break;
    }
    await kit.settled();
    return count;
  });
  expect(rejected).toEqual(["a"]);
  expect(complaints).toEqual([]);
});

test("ten streams side by side do not mix", async ({ inPage }) => {
  const texts = await inPage(async (kit) => {
    const model = kit.model();
    const agent = kit.agent(model);
    const reading = Array.from({ length: 10 }, (_, number) => kit.read(agent.runStreamed(`${number}`)));
    await kit.settled();
    for (let round = 0; round < 5; round += 1) {
      for (const turn of model.turns) turn.say(`${turn.body.messages.at(-1).content}.${round} `);
      await kit.settled(1);
    }
    for (const turn of model.turns.toReversed()) turn.finish();
    return (await Promise.all(reading)).map(({ chunks }) => chunks.join(""));
  });
  expect(texts).toEqual(Array.from({ length: 10 }, (_, number) => [0, 1, 2, 3, 4].map((round) => `${number}.${round} `).join("")));
});
