// What of a long talk is sent: maxInputTokens and countTokens.
import { expect, test } from "./support/test.mjs";

test("the newest messages that fit are sent, the question and what the system says always", async ({ inPage }) => {
  const [some, all] = await inPage(async (kit) => {
    const sent = [];
    // An estimate: four bytes a token, and four tokens a message.
    for (const maxInputTokens of [4 + 3 + 4 + 2 + 4 + 1 + 9, Infinity]) {
      const context = kit.memory();
      context.addSystemMessage("Be kind.");
      context.addUserMessage("x");
      context.addAssistantMessage("y");
      const model = kit.saysAll("a");
      await kit.agent(model, { generationInstructions: "Be brief.", maxInputTokens }).run("Hi", { context });
      sent.push(model.turns[0].body.messages.map(({ content }) => content));
    }
    return sent;
  });
  expect(some).toEqual(["Be brief.", "Be kind.", "y", "Hi"]);
  expect(all).toEqual(["Be brief.", "Be kind.", "x", "y", "Hi"]);
});

test("countTokens counts, from the newest back to the first that does not fit", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    for (const word of ["a", "bb", "ccc", "dddd"]) context.addUserMessage(word);
    const [model, counted] = [kit.saysAll("a"), []];
    const countTokens = (text) => {
      counted.push(text);
      // A fraction is a number, too.
      return text.length + 0.5;
    };
    await kit.agent(model, { generationInstructions: "I", maxInputTokens: 5.5 + 6.5 + 8.5 + 7.5 + 1, countTokens }).run("Hi", { context });
    return { counted, sent: model.turns[0].body.messages.map(({ content }) => content) };
  });
  expect(seen.sent).toEqual(["I", "ccc", "dddd", "Hi"]);
  expect(seen.counted).toEqual(["I", "Hi", "dddd", "ccc", "bb"]);
});

const WRONG = {
  "throws": ["() => { throw new Error('mine'); }", "mine"],
  "throws something else": ["() => { throw null; }", "null"],
  "gives NaN": ["() => NaN", "NaN"],
  "gives less than nothing": ["() => -1", "-1"],
  "gives a promise": ["async () => 1", "Promise"],
  "gives nothing": ["() => {}", "undefined"],
};
test("a countTokens that gives no number of tokens ends the run with a clear error", async ({ inPage }) => {
  for (const [what, [source, word]] of Object.entries(WRONG)) {
    const seen = await inPage(async (kit, source) => {
      const model = kit.saysAll("a");
      const context = kit.memory();
      const agent = kit.agent(model, { maxInputTokens: 9, countTokens: (0, eval)(`(${source})`), retry: {}, fallback: true });
      const failed = await kit.failure(agent.run("Hi", { context }));
      return { failed, requests: model.turns.length, next: (await kit.agent(model).run("Hi", { context })).text };
    }, source);
    expect(seen, what).toMatchObject({ requests: 0, next: "a", failed: { real: true, code: "invalid-argument", retryable: false } });
    expect(seen.failed.message, what).toContain("`countTokens`");
    expect(seen.failed.message, what).toContain(word);
  }
});

test("whoever counts may stop the run, ask of the context and free the agent", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const model = kit.saysAll("a");
    const controller = new AbortController();
    const countTokens = (text) => {
      context.addSystemMessage(`${context.messages.length} ${text}`);
      controller.abort("enough");
      agent.free();
      return 1;
    };
    const agent = kit.agent(model, { maxInputTokens: 99, countTokens });
    const { error } = await kit.thrown(agent.run("Hi", { context, signal: controller.signal }));
    await kit.settled();
    return { error, open: model.turns.filter(({ signal }) => !signal.aborted).length, said: context.messages.length > 1 };
  });
  expect(seen).toEqual({ error: "enough", open: 0, said: true });
});

test("without maxInputTokens nothing is counted", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const agent = kit.agent(kit.saysAll("a"), { countTokens: () => { throw new Error("mine"); } });
    return (await agent.run("Hi")).text;
  });
  expect(seen).toBe("a");
});
