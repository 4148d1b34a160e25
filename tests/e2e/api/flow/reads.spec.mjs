// Several chunks may come in one read. In a flow, too, they go out one by one, and those that went out are kept.
import { expect, test } from "../support/test.mjs";

/** Two reads, of several chunks each. */
const READS = [["one ", "zwölf ", "🙂 "], ["four ", "five"]];
const WORDS = READS.flat();
const grown = (count) => WORDS.slice(0, count).join("");

/** Where in a flow the agent is, and in which order all chunks go out. Those of a branch wait for the branches before it. */
const PLACES = {
  "a step": { order: WORDS, steps: (agent) => ({ only: agent }) },
  "a step of a nested flow": { order: WORDS, steps: (agent, other, { Flow }) => ({ inner: new Flow({ only: agent }) }) },
  "the first of two branches": { order: [...WORDS, "other "], steps: (agent, other) => ({ both: { parallel: [agent, other] } }) },
  "a step of a flow that is the first branch": {
    order: [...WORDS, "other "],
    steps: (agent, other, { Flow }) => ({ both: { parallel: [new Flow({ only: agent }, { name: "inner" }), other] } }),
  },
  "the second of two branches": { order: ["other ", ...WORDS], steps: (agent, other) => ({ both: { parallel: [other, agent] } }) },
  "the second branch within a second branch": {
    order: ["other ", ...WORDS],
    steps: (agent, other, { Flow, FunctionStep }) => ({
      both: { parallel: [other, new Flow({ pair: { parallel: [new FunctionStep("silent", () => "nothing"), agent] } }, { name: "inner" })] },
    }),
  },
};

/** Makes such a flow, in the page. */
function flowOf(kit, { steps, reads }) {
  const model = kit.model((turn) => turn.send(...reads.map((read) => read.map(kit.saying).join(""))).finish());
  // The other branch answers after all reads of the agent have arrived.
  const other = kit.model(async (turn) => {
    await model.turn();
    await kit.settled();
    turn.answer("other ");
  });
  const flow = new kit.refinire.Flow((0, eval)(steps)(kit.named("agent", model), kit.named("other", other), kit.refinire));
  return { flow, answer: () => kit.said(flow.context).find(({ content }) => content.startsWith("one ")) };
}

/** Runs such a flow. Gives the calls of its callback, and what the conversation has of the answer in each and at the end. */
async function run(kit, { flowOf, steps, reads, isAwaited, stop }) {
  const words = reads.flat();
  const { flow, answer } = (0, eval)(flowOf)(kit, { steps, reads });
  const stopping = new AbortController();
  const [log, grown] = [[], []];
  const callback = (chunk) => {
    log.push(`begin ${chunk}`);
    if (words.includes(chunk)) grown.push(answer()?.content);
    if (grown.length === 2 && stop === "throws") throw new Error("enough");
    if (grown.length === 2 && stop === "aborts") stopping.abort(new Error("enough"));
    return isAwaited ? kit.settled().then(() => void log.push(`end ${chunk}`)) : undefined;
  };
  const outcome = await flow.run("Go", { callback, signal: stopping.signal }).then(({ text }) => text, ({ message }) => message);
  await kit.settled();
  return { log, grown, outcome, kept: answer() };
}

/** Reads such a flow up to the second word of the agent. Gives what was read, and what the conversation has of the answer then and at the end. */
async function read(kit, { flowOf, steps, reads }) {
  const words = reads.flat();
  const { flow, answer } = (0, eval)(flowOf)(kit, { steps, reads });
  const stream = flow.runStreamed("Go");
  const [chunks, kept] = [[], []];
  for await (const chunk of stream) {
    chunks.push(chunk);
    // Whatever goes on without the reader has come to a halt.
    await kit.settled();
    if (words.includes(chunk)) kept.push(answer());
    if (kept.length === 2) break;
  }
  const { finishReason } = await stream.result;
  return { chunks, kept: [...kept, answer()], finishReason };
}

for (const [where, { steps, order }] of Object.entries(PLACES)) {
  const isHeld = order[0] !== WORDS[0];
  const reading = { flowOf: `(${flowOf})`, steps: `(${steps})`, reads: READS };

  // Chunks that wait for another branch count as delivered as soon as they arrive.
  const known = isHeld ? "all chunks, which had to wait" : "the chunks that a reader has read";
  test(`${where}: the conversation has ${known}, also when it leaves in the middle of a read`, async ({ inPage }) => {
    const { chunks, kept, finishReason } = await inPage(read, reading);
    expect(chunks).toEqual(order.slice(0, order.indexOf(WORDS[1]) + 1));
    const whole = WORDS.join("");
    expect(kept.map(({ content }) => content)).toEqual(isHeld ? [whole, whole, whole] : [grown(1), grown(2), grown(2)]);
    expect(kept.at(-1).interrupted).toBe(isHeld ? undefined : true);
    expect(finishReason).toBe("aborted");
  });

  test(`${where}: a reader that stops and asks for the result finds the rest in the stream`, async ({ inPage }) => {
    const seen = await inPage(async (kit, { flowOf, steps, reads }) => {
      const { flow, answer } = (0, eval)(flowOf)(kit, { steps, reads });
      const stream = flow.runStreamed("Go");
      const reader = stream.getReader();
      const chunks = [(await reader.read()).value];
      await kit.settled();
      const { text } = await stream.result;
      for (let next; !(next = await reader.read()).done; ) chunks.push(next.value);
      return { chunks, text, kept: answer() };
    }, reading);
    expect(seen).toEqual({ chunks: order, text: order.join(""), kept: { role: "assistant", content: WORDS.join("") } });
  });

  for (const isAwaited of [false, true]) {
    const given = { ...reading, isAwaited };
    const callback = isAwaited ? "a callback that is awaited" : "a callback";
    const calls = (chunks) => chunks.flatMap((chunk) => (isAwaited ? [`begin ${chunk}`, `end ${chunk}`] : [`begin ${chunk}`]));

    test(`${where}: ${callback} gets the chunks of a read one by one, each in the conversation already`, async ({ inPage }) => {
      const seen = await inPage(run, given);
      expect(seen.log).toEqual(calls(order));
      expect(seen.outcome).toBe(order.join(""));
      expect(seen.grown).toEqual(WORDS.map((_, place) => grown(isHeld ? WORDS.length : place + 1)));
    });

    for (const stop of ["throws", "aborts"]) {
      test(`${where}: ${callback} that ${stop} in the middle of a read gets no more, and what it got is kept`, async ({ inPage }) => {
        const seen = await inPage(run, { ...given, stop });
        const last = order.indexOf(WORDS[1]);
        expect(seen.log.filter((line) => line.startsWith("begin"))).toEqual(order.slice(0, last + 1).map((chunk) => `begin ${chunk}`));
        expect(seen.outcome).toBe("enough");
        // Chunks that wait for another branch count as delivered as soon as they arrive.
        expect(seen.kept).toEqual(isHeld ? { role: "assistant", content: grown(WORDS.length) } : { role: "assistant", content: grown(2), interrupted: true });
      });
    }
  }
}

for (const isTold of [false, true]) {
  test(`text that waits for its frame is shown before a flow stops, ${isTold ? "with" : "without"} a listener for events`, async ({ inPage }) => {
    const seen = await inPage(async (kit, isTold) => {
      const seen = {};
      for (const [where, of] of Object.entries({ step: (agent) => agent, branch: (agent) => ({ parallel: [agent, kit.named("other", kit.model())] }) })) {
        const controller = new AbortController();
        const flow = new kit.refinire.Flow({ only: of(kit.named("agent", kit.model((turn) => turn.say("a", "b")))) });
        const chunks = [];
        const options = { batch: { ms: 1e6 }, signal: controller.signal, ...(isTold && { onEvent: () => {} }) };
        const running = kit.thrown(flow.run("Go", { ...options, callback: (text) => void chunks.push(text) }));
        await kit.settled();
        const before = chunks.length;
        controller.abort("stop");
        seen[where] = { before, error: (await running).error, chunks, kept: kit.said(flow.context).at(-1) };
      }
      return seen;
    }, isTold);
    const stopped = { before: 0, error: "stop", chunks: ["ab"], kept: { role: "assistant", content: "ab", interrupted: true } };
    expect(seen).toEqual({ step: stopped, branch: stopped });
  });
}
