// Answers that are JSON, judged answers, and what comes with a question.
import { expect, test } from "./support/test.mjs";

const TOWN = { type: "object", properties: { name: { type: "string" }, sizes: { type: "array", items: { type: "number" } } }, required: ["name"] };

test("the value is what the JSON says, and grows in events while it streams", async ({ inPage }) => {
  const seen = await inPage(async (kit, outputSchema) => {
    const model = kit.model((turn) => turn.answer('{"na', 'me":"Ge', 'noa","sizes":[1', ",2]}"));
    const events = [];
    const stream = kit.agent(model, { outputSchema }).runStreamed("Hi", { onEvent: (event) => ["partial", "field"].includes(event.type) && events.push(event) });
    const { chunks } = await kit.read(stream);
    const { content, text } = await stream.result;
    return { text: chunks.join("") === text, content, format: model.turns[0].body.response_format, partials: events.filter(({ type }) => type === "partial").map(({ value }) => value), fields: events.filter(({ type }) => type === "field").map(({ path, value }) => [path.join("."), value]) };
  }, TOWN);
  expect(seen).toEqual({
    text: true,
    content: { name: "Genoa", sizes: [1, 2] },
    format: { type: "json_schema", json_schema: { name: "answer", schema: TOWN } },
    partials: [{}, { name: "Ge" }, { name: "Genoa", sizes: [] }, { name: "Genoa", sizes: [1, 2] }],
    fields: [["name", "Genoa"], ["sizes.0", 1], ["sizes.1", 2], ["sizes", [1, 2]], ["", { name: "Genoa", sizes: [1, 2] }]],
  });
});

test("what earlier turns said, brackets and JSON among it, is not the answer", async ({ inPage }) => {
  const seen = await inPage(async (kit, outputSchema) => {
    const calls = { tool_calls: [{ index: 0, id: "a", function: { name: "look", arguments: "{}" } }] };
    const model = kit.model((turn, number) => {
      if (number > 1) turn.answer('{"name":"Ro', 'me"}');
      else turn.say('I look {it up: {"name":', '"Paris"} ').send(kit.chunk(calls)).finish("tool_calls");
    });
    const tools = [{ name: "look", description: "", parameters: { type: "object" }, execute: () => "Rome" }];
    const run = async (options) => (await kit.agent(model, { outputSchema, tools }).run("Hi", options)).content;
    const partials = [];
    const content = await run({ onEvent: ({ type, value }) => type === "partial" && partials.push(value) });
    model.turns.length = 0;
    return { content, partials: partials.slice(-2), unheard: await run() };
  }, TOWN);
  expect(seen).toEqual({ content: { name: "Rome" }, partials: [{ name: "Ro" }, { name: "Rome" }], unheard: { name: "Rome" } });
});

const NEEDED = { type: "object", properties: { town: { type: "string" } }, required: ["town"], additionalProperties: false };

/** What is told of an answer in these pieces, and what comes of it. */
const READ = async (kit, { pieces, outputSchema }) => {
  const events = [];
  const onEvent = ({ type, path, value }) => ["partial", "field"].includes(type) && events.push(path ? [path.join("."), value] : value);
  const { content, error } = await kit.agent(kit.saysAll(...pieces), { outputSchema }).run("Hi", { onEvent }).catch((error) => ({ error: kit.told(error) }));
  return { content, events, error };
};

const piecesOf = (text, length) => text.match(new RegExp(`[\\s\\S]{1,${length}}`, "g"));

test("behind a draft that was given up, the last value that fits counts, and is told of once", async ({ inPage }) => {
  for (const length of [1, 7, 1000]) {
    const pieces = piecesOf('{"town":"Dra\n\nSorry. {"town":"Genoa"}', length);
    const { content, events } = await inPage(READ, { pieces, outputSchema: NEEDED });
    expect(content).toEqual({ town: "Genoa" });
    expect(events.slice(-3)).toEqual([["town", "Genoa"], ["", { town: "Genoa" }], { town: "Genoa" }]);
  }
});

test("a value that the answer begins with, in a fence, streams and counts", async ({ inPage }) => {
  for (const length of [1, 5, 1000]) {
    const { content, events } = await inPage(READ, { pieces: piecesOf('```json\n{"town":"Genoa"}\n```\nBye.', length), outputSchema: NEEDED });
    expect(content).toEqual({ town: "Genoa" });
    if (length === 1) expect(events[0]).toEqual({});
    expect(events.at(-1)).toEqual(content);
    expect(events.filter((event) => Array.isArray(event))).toEqual([["town", "Genoa"], ["", content]]);
  }
});

const SHAPES = { type: "object", properties: { list: { type: "array", items: { $ref: "#/$defs/item" } } }, $defs: { item: { type: "object", properties: { code: { type: "string", pattern: "^\\p{Lu}{2}$" }, n: { type: "integer", minimum: 1 } }, required: ["n"] } } };

test("a JSON Schema checks the answer, and the error says where and what", async ({ inPage }) => {
  const { content } = await inPage(READ, { pieces: ['{"list":[{"n":1.0,"code":"ÄB"}]}'], outputSchema: SHAPES });
  expect(content).toEqual({ list: [{ n: 1, code: "ÄB" }] });
  const answer = '{"list":[{"n":0,"code":"äb"}]}';
  const { error } = await inPage(READ, { pieces: [answer], outputSchema: SHAPES });
  const message = `the answer does not fit the schema: list[0].code: must match the pattern ^\\p{Lu}{2}$; list[0].n: must be at least 1. It is: ${answer}`;
  expect(error).toMatchObject({ real: true, code: "schema", partialText: answer, message });
});

test("a pattern that is not Unicode's is tried without, one that is none is ignored", async ({ inPage }) => {
  const outputSchema = { type: "object", properties: { a: { pattern: "^a\\-b$" }, b: { pattern: "(" } } };
  const contents = [];
  for (const answer of ['{"a":"a-b","b":"x"}', '{"a":"ab"}']) contents.push((await inPage(READ, { pieces: [answer], outputSchema })).content);
  expect(contents).toEqual([{ a: "a-b", b: "x" }, undefined]);
});

test("a resumed answer is told of when it is whole: what comes begins in the middle of the value", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const outputSchema = { type: "object", properties: { list: { type: "array" } }, required: ["list"] };
    const texts = ['{"list":[{"n":1},', '{"n":2}]}'];
    const model = kit.model((turn, number) => (number === 1 ? turn.say(texts[0]).break(new TypeError("gone")) : turn.answer(texts[1])));
    const agent = kit.agent(model, { outputSchema });
    await kit.failure(agent.run("Hi", { context }));
    const events = [];
    const stream = agent.resume({ context, onEvent: ({ type, path, value }) => ["partial", "field"].includes(type) && events.push(path ? [path.join("."), value] : value) });
    const { content } = await stream.result;
    return { content, last: events.at(-1), paths: events.filter(Array.isArray).map(([path]) => path), partials: events.filter((event) => !Array.isArray(event)).length };
  });
  const content = { list: [{ n: 1 }, { n: 2 }] };
  expect(seen).toEqual({ content, last: content, paths: ["list.0.n", "list.0", "list.1.n", "list.1", "list", ""], partials: 1 });
});

test("a value nested as deep as JSON may be, and a chain of references, are checked within the module's stack", async ({ inPage }) => {
  const tree = { anyOf: [{ type: "array", items: { $ref: "#" } }, { type: "number" }] };
  const answer = `${"[".repeat(127)}"x"${"]".repeat(127)}`;
  const { error } = await inPage(READ, { pieces: [answer], outputSchema: tree });
  expect(error).toMatchObject({ code: "schema", message: expect.stringContaining("[0]: must be an array, or must be a number") });
  const $defs = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`d${n}`, { anyOf: [{ $ref: `#/$defs/d${n + 1}` }] }]));
  const chain = await inPage(READ, { pieces: ["{}"], outputSchema: { type: "object", allOf: [{ $ref: "#/$defs/d0" }], $defs } });
  expect(chain.error).toMatchObject({ code: "schema", message: expect.stringContaining("nested too deeply") });
});

test("with retry.schema the model is told what was wrong, and asked again", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const validate = ({ n }) => (n > 0 ? { value: { n, checked: true } } : { issues: [{ message: "expected more than 0", path: ["n"] }] });
    const outputSchema = { "~standard": { version: 1, vendor: "test", jsonSchema: { input: () => ({ type: "object" }) }, validate } };
    const model = kit.model((turn, number) => turn.answer(number === 1 ? '{"n":0}' : '{"n":2}'));
    const events = [];
    const { content, text } = await kit.agent(model, { outputSchema, retry: { schema: 1 } }).run("Hi", { onEvent: ({ type, error }) => type === "retry" && events.push(error.code) });
    return { content, text, events, told: model.turns[1].body.messages.at(-1).content, schema: model.turns[0].body.response_format.json_schema.schema };
  });
  expect(seen).toEqual({ content: { n: 2, checked: true }, text: '{"n":2}', events: ["schema"], told: expect.stringContaining("n: expected more than 0"), schema: { type: "object" } });
});

test("an answer is judged, asked for again with what is to be improved, and the last one counts", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => {
      const { messages } = turn.body;
      if (messages[0].content.startsWith("You judge answers.")) {
        const isGood = messages.at(-1).content.includes("Good.");
        return turn.answer(isGood ? '{"score":"90","feedback":""}' : '{"score":40,"feedback":"too bad"}');
      }
      return turn.answer(messages.at(-1).content.includes("too bad") ? "Good." : "Bad.");
    });
    const events = [];
    const context = kit.memory();
    const stream = kit.agent(model, { evaluation: { instructions: "Be strict.", threshold: 80 } }).runStreamed("Hi", { context, onEvent: (event) => ["text-delta", "evaluation"].includes(event.type) && events.push(event) });
    const { chunks } = await kit.read(stream);
    const { text, content, evaluation, success } = await stream.result;
    return { chunks, text, content, evaluation, success, events, said: kit.said(context) };
  });
  expect(seen).toEqual({
    chunks: ["Bad.", "Good."],
    text: "Good.",
    content: "Good.",
    evaluation: { score: 90, passed: true },
    success: true,
    events: [
      { type: "text-delta", text: "Bad." },
      { type: "evaluation", score: 40, passed: false, feedback: "too bad" },
      { type: "text-delta", text: "Good." },
      { type: "evaluation", score: 90, passed: true },
    ],
    said: [{ role: "user", content: "Hi" }, { role: "assistant", content: "Bad." }, { role: "assistant", content: "Good." }],
  });
});

test("an answer that never passes is given all the same, as no success", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.answer(turn.body.messages[0].content.startsWith("You judge") ? '{"score":1,"feedback":"no"}' : "Bad."));
    const { text, success, evaluation } = await kit.agent(model, { evaluation: { instructions: "Be strict.", maxRetries: 1 } }).run("Hi");
    return { text, success, evaluation, asked: model.turns.length };
  });
  expect(seen).toEqual({ text: "Bad.", success: false, evaluation: { score: 1, passed: false, feedback: "no" }, asked: 4 });
});

test("a judgement is no part of the run: middleware sees its requests only, and the bound on the answer is not its own", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.answer(turn.body.messages[0].content.startsWith("You judge") ? '{"score":99,"feedback":""}' : "Good."));
    const [events, requests] = [[], []];
    const middleware = [{
      event: (event) => {
        events.push(event.text ?? event.type);
        return event;
      },
      request: (request, next) => {
        requests.push(JSON.parse(request.body).max_tokens);
        return next(request);
      },
    }];
    await kit.agent(model, { middleware, maxTokens: 5, evaluation: { instructions: "Be strict." } }).run("Hi");
    return { events, requests };
  });
  expect(seen).toEqual({ events: ["start", "Good.", "evaluation", "finish"], requests: [5, undefined] });
});

test("a judge of another provider is not sent the agent's key, one of the same is", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const sent = [];
    const fetch = async (url, { headers }) => {
      sent.push([new URL(url).host, JSON.stringify(headers).includes("sk-own"), JSON.stringify(headers).includes("team-a")]);
      return new Response("{}", { status: 400 });
    };
    for (const model of ["gpt-4o", "openai-responses://gpt-4o", "claude-sonnet-4-5", "groq://llama"]) {
      const first = kit.model((turn) => turn.answer("Good."));
      const own = { model: "gpt-4o-mini", baseUrl: undefined, apiKey: () => "sk-own", headers: { "x-team": "team-a" } };
      const once = (url, init) => (init.body.includes("You judge") ? fetch(url, init) : first.fetch(url, init));
      await kit.agent(first, { ...own, fetch: once, retry: false, fallback: false, evaluation: { instructions: "Be strict.", model } }).run("Hi").catch(() => {});
    }
    return sent;
  });
  expect(seen).toEqual([
    ["api.openai.com", true, true],
    ["api.openai.com", true, true],
    ["api.anthropic.com", false, false],
    ["api.groq.com", false, false],
  ]);
});

test("a guardrail on the answer refuses it, and what was shown is kept", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const failed = await kit.failure(kit.agent(kit.saysAll("secret"), { outputGuardrails: [(text) => !text.includes("secret")] }).run("Hi", { context }));
    return { failed, said: kit.said(context) };
  });
  expect(seen.failed).toMatchObject({ real: true, code: "guardrail", partialText: "secret" });
  expect(seen.said.at(-1)).toEqual({ role: "assistant", content: "secret" });
});

test("images and files go with the question", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.saysAll("A dot.");
    const attachments = [new File([new Uint8Array([1, 2, 3])], "dot.png", { type: "image/png" }), new URL("https://example.com/a.webp")];
    await kit.agent(model).run({ text: "What is it?", attachments });
    return model.turns[0].body.messages.at(-1).content;
  });
  expect(seen).toEqual([
    { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
    { type: "image_url", image_url: { url: "https://example.com/a.webp" } },
    { type: "text", text: "What is it?" },
  ]);
});

test("an image needs no words", async ({ inPage }) => {
  const content = await inPage(async (kit) => {
    const model = kit.saysAll("A dot.");
    await kit.agent(model).run({ text: "", attachments: [new Blob([new Uint8Array([1, 2, 3])], { type: "image/png" })] });
    return model.turns[0].body.messages.at(-1).content;
  });
  expect(content).toEqual([{ type: "image_url", image_url: { url: "data:image/png;base64,AQID" } }]);
});

test("what the provider does not take is refused before anything is sent", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.saysAll("x");
    const failed = await kit.failure(kit.agent(model).run({ text: "Hi", attachments: [new Blob(["x"], { type: "video/mp4" })] }));
    return { failed, asked: model.turns.length };
  });
  expect(seen).toMatchObject({ failed: { code: "invalid-argument", message: expect.stringContaining("video/mp4") }, asked: 0 });
});
