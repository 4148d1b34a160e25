// Tools that run in the page.
import { expect, testBehind } from "./support/test.mjs";

const test = testBehind(`(kit) => {
  globalThis.calling = (turn, ...calls) => turn.send(
    kit.chunk({ tool_calls: calls.map(([id, name, input], index) => ({ index, id, function: { name, arguments: input } })) }),
    kit.ending("tool_calls"), kit.DONE,
  ).close();
  globalThis.tool = (name, execute, more) => ({ name, description: "", parameters: { type: "object" }, execute, ...more });
}`);

test("parallel calls run at once, their results go back in order, and the model goes on", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => (number === 1 ? calling(turn, ["a", "slow", '{"n":1}'], ["b", "fast", '{"n":2}']) : turn.answer("Done.")));
    const order = [];
    const released = Promise.withResolvers();
    const tools = [
      tool("slow", async ({ n }) => {
        order.push("slow begins");
        await released.promise;
        return { twice: n * 2 };
      }),
      tool("fast", ({ n }) => {
        order.push("fast begins");
        released.resolve();
        return `n is ${n}`;
      }),
    ];
    const events = [];
    const context = kit.memory();
    const result = await kit.agent(model, { tools }).run("Hi", { context, onEvent: (event) => event.type.startsWith("tool-") && events.push(event) });
    const { tools: sent, messages } = model.turns[1].body;
    return { order, names: sent.map((tool) => tool.function.name), told: messages.slice(-2), text: result.text, results: events.filter(({ type }) => type === "tool-result"), roles: context.messages.map(({ role }) => role) };
  });
  expect(seen).toEqual({
    order: ["slow begins", "fast begins"],
    names: ["slow", "fast"],
    told: [
      { role: "tool", tool_call_id: "a", content: '{"twice":2}' },
      { role: "tool", tool_call_id: "b", content: "n is 2" },
    ],
    text: "Done.",
    results: [
      { type: "tool-result", id: "b", name: "fast", output: "n is 2" },
      { type: "tool-result", id: "a", name: "slow", output: { twice: 2 } },
    ],
    roles: ["user", "assistant", "tool", "tool", "assistant"],
  });
});

test("a throw is a result that the model sees", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => (number === 1 ? calling(turn, ["a", "f", "{}"]) : turn.answer("Pity.")));
    const events = [];
    const tools = [tool("f", () => { throw new Error("no luck"); })];
    const { text, success } = await kit.agent(model, { tools }).run("Hi", { onEvent: (event) => event.type === "tool-result" && events.push(event) });
    return { text, success, told: model.turns[1].body.messages.at(-1).content, events };
  });
  expect(seen).toEqual({ text: "Pity.", success: true, told: "Error: no luck", events: [{ type: "tool-result", id: "a", name: "f", output: "no luck", isError: true }] });
});

test("a JSON Schema checks the arguments: what does not fit is told to the model, and the tool does not run", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const inputs = [];
    const parameters = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
    const written = ['{"n":2.0}', '{"n":"2"}', '"{\\"n\\":3}"'];
    const model = kit.model((turn, number) => (number === 1 ? calling(turn, ...written.map((input, at) => [`c${at}`, "f", input])) : turn.answer("Done.")));
    await kit.agent(model, { tools: [tool("f", (input) => void inputs.push(input), { parameters })] }).run("Hi");
    return { inputs, told: model.turns[1].body.messages.slice(-3).map(({ content }) => content) };
  });
  expect(seen).toEqual({ inputs: [{ n: 2 }, { n: 3 }], told: ["", "Error: n: must be a whole number", ""] });
});

test("a tool gets the caller's context and a signal, which is aborted with the run", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => calling(turn, ["a", "f", "{}"]));
    const context = kit.memory();
    const controller = new AbortController();
    const begun = Promise.withResolvers();
    const aborted = Promise.withResolvers();
    const tools = [tool("f", (input, given, { id, signal }) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
      begun.resolve({ isSame: given === context, id });
      return new Promise(() => {});
    })];
    const run = kit.agent(model, { tools }).run("Hi", { context, signal: controller.signal });
    const given = await begun.promise;
    controller.abort("enough");
    return { given, reason: await aborted.promise, thrown: (await kit.thrown(run)).error, asked: model.turns.length };
  });
  expect(seen).toEqual({ given: { isSame: true, id: "a" }, reason: "enough", thrown: "enough", asked: 1 });
});
