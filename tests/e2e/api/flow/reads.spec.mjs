// Chunks that come in one read: within a flow, too, they go out one by one, and those that went out are kept.
import { expect, test } from "../support/test.mjs";

const WORDS = ["one ", "two ", "three ", "four"];

/** Where in a flow the agent is. Its chunks go out at once. */
const PLACES = {
  "a step": (agent) => ({ only: agent }),
  "a step of a nested flow": (agent, other, { Flow }) => ({ inner: new Flow({ only: agent }) }),
  "the first of two branches": (agent, other) => ({ both: { parallel: [agent, other] } }),
  "a step of a flow that is the first branch": (agent, other, { Flow }) => ({ both: { parallel: [new Flow({ only: agent }, { name: "inner" }), other] } }),
};

/** Runs such a flow. Gives the calls of its callback, and what the conversation has of the answer in each and at the end. */
async function run(kit, { place, isAwaited, stop }) {
  const words = ["one ", "two ", "three ", "four"];
  const model = kit.model((turn) => turn.send(words.map(kit.saying).join("") + kit.ending() + kit.DONE).close());
  const steps = (0, eval)(place)(kit.named("agent", model), kit.named("other", kit.saysAll("other")), kit.refinire);
  const flow = new kit.refinire.Flow(steps);
  const answer = () => kit.said(flow.context).find(({ content }) => content.startsWith("one "));
  const stopping = new AbortController();
  const [log, grown] = [[], []];
  const callback = (chunk) => {
    if (!words.includes(chunk)) return undefined;
    log.push(`begin ${chunk}`);
    grown.push(answer()?.content);
    if (grown.length === 3 && stop === "throws") throw new Error("enough");
    if (grown.length === 3 && stop === "aborts") stopping.abort(new Error("enough"));
    return isAwaited ? kit.settled().then(() => void log.push(`end ${chunk}`)) : undefined;
  };
  const outcome = await flow.run("Go", { callback, signal: stopping.signal }).then(({ text }) => text, ({ message }) => message);
  return { log, grown, outcome, kept: answer() };
}

for (const [where, place] of Object.entries(PLACES)) {
  for (const isAwaited of [false, true]) {
    const given = { place: `(${place})`, isAwaited };
    const callback = isAwaited ? "a callback that is awaited" : "a callback";

    test(`${where}: ${callback} gets the chunks of one read one by one, each in the conversation already`, async ({ inPage }) => {
      const { log, grown, outcome } = await inPage(run, given);
      expect(log).toEqual(WORDS.flatMap((word) => (isAwaited ? [`begin ${word}`, `end ${word}`] : [`begin ${word}`])));
      expect(grown).toEqual(["one ", "one two ", "one two three ", "one two three four"]);
      expect(outcome).toMatch(/^one two three four(other)?$/);
    });

    for (const stop of ["throws", "aborts"]) {
      test(`${where}: ${callback} that ${stop} in the middle of a read gets no more, and what it got is kept`, async ({ inPage }) => {
        const { grown, outcome, kept } = await inPage(run, { ...given, stop });
        expect(grown).toEqual(["one ", "one two ", "one two three "]);
        expect(outcome).toBe("enough");
        expect(kept).toEqual({ role: "assistant", content: "one two three ", interrupted: true });
      });
    }
  }
}
