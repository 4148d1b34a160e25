// What agents in a flow are asked, and what becomes of their answers.
import { expect, test } from "../support/test.mjs";

test("an agent is asked the input, and behind a step that gave content that, too, under its name; each answer is a message", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow } = kit.refinire;
    const models = [kit.saysAll("One."), kit.saysAll("Two."), kit.saysAll("Three.")];
    const [first, second, third] = models.map((model, place) => kit.named(`agent ${place}`, model));
    const flow = new Flow({ first: { agent: first, storeResultKey: "kept" }, second, object: () => ({ n: 1 }), third });
    const result = await flow.run("Question");
    return { asked: models.map(({ turns }) => turns[0].body.messages), said: kit.said(flow.context), kept: flow.context.sharedState.kept, text: result.text, content: result.content };
  });
  const user = (content) => ({ role: "user", content });
  const assistant = (content) => ({ role: "assistant", content });
  expect(seen).toEqual({
    asked: [
      [user("Question")],
      [user("Question"), assistant("One."), user("Question\n\n# first\n\nOne.")],
      [user("Question"), assistant("One."), assistant("Two."), user('Question\n\n# object\n\n{"n":1}')],
    ],
    said: [user("Question"), assistant("One."), assistant("Two."), assistant("Three.")],
    kept: "One.",
    text: "One.Two.Three.",
    content: "Three.",
  });
});

test("where a step has cleared the context, an agent is asked the input alone", async ({ inPage }) => {
  const asked = await inPage(async (kit) => {
    const model = kit.saysAll("Fine.");
    await new kit.refinire.Flow({ first: () => "content", clear: (input, context) => context.clear(), say: kit.named("a", model) }).run("Hi");
    return model.turns[0].body.messages.at(-1).content;
  });
  expect(asked).toBe("Hi");
});

test("instructions hold what is shared, the content and how it was judged", async ({ inPage }) => {
  const systems = await inPage(async (kit) => {
    const instructions = "As {{ role }} for {{people}}: {{RESULT}} ({{EVAL_RESULT}}) {{nobody}} {{toString}}";
    const model = kit.saysAll("Fine.");
    const judge = kit.model((turn, number) => turn.answer(number % 2 ? "Draft" : '{"score":90,"feedback":"good"}'));
    const flow = new kit.refinire.Flow({
      share: (input, context) => {
        context.sharedState = { role: "cook", people: ["Ann"] };
        return "soup";
      },
      first: kit.named("a", model, { generationInstructions: instructions }),
      judged: kit.named("b", judge, { evaluation: { instructions: "Judge." } }),
      last: kit.named("c", model, { generationInstructions: instructions }),
    });
    await flow.run("Hi");
    const alone = kit.saysAll("Fine.");
    await kit.agent(alone, { generationInstructions: instructions }).run("Hi");
    const context = kit.memory();
    context.sharedState.role = "guest";
    await kit.agent(alone, { generationInstructions: instructions }).run("Hi", { context });
    return [...model.turns, ...alone.turns].map(({ body }) => body.messages[0].content);
  });
  expect(systems).toEqual([
    'As cook for ["Ann"]: soup () {{nobody}} {{toString}}',
    'As cook for ["Ann"]: Draft (Score: 90, passed: true, feedback: good) {{nobody}} {{toString}}',
    "As {{ role }} for {{people}}: {{RESULT}} ({{EVAL_RESULT}}) {{nobody}} {{toString}}",
    "As guest for {{people}}:  () {{nobody}} {{toString}}",
  ]);
});

test("the model chooses the next step by another call, whose answer is no chunk and no message", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => turn.answer(number === 1 ? "It is about money." : '{"nextRoute":"billing","reasoning":"money"}'));
    const sorter = kit.named("sorter", model, { routing: { instruction: "By topic.", destinations: ["support", "billing"] } });
    const events = [];
    const flow = new kit.refinire.Flow({ sorter, support: () => "support", billing: { step: () => "billing", nextStep: null } });
    const stream = flow.runStreamed("My invoice", { onEvent: (event) => event.type === "routing" && events.push(event) });
    const { chunks } = await kit.read(stream);
    const { body } = model.turns[1];
    return { chunks, events, content: (await stream.result).content, routing: flow.context.routingResult, said: kit.said(flow.context).length, steps: flow.history.map(({ step }) => step), schema: body.response_format.json_schema.schema.properties.nextRoute.enum, asked: body.messages.at(-1).content };
  });
  expect(seen).toEqual({
    chunks: ["It is about money."],
    events: [{ type: "routing", nextRoute: "billing", reasoning: "money", step: "sorter" }],
    content: "billing",
    routing: { nextRoute: "billing", reasoning: "money" },
    said: 2,
    steps: ["sorter", "billing"],
    schema: ["support", "billing"],
    asked: "# Question\n\nMy invoice\n\n# Answer\n\nIt is about money.",
  });
});
