// Wrong arguments: each a clear error that names the thing.
import { expect, test } from "./support/test.mjs";

const OK = { name: "a", generationInstructions: "b", model: "gpt-4o" };

// As source, because not everything can be copied into the page; the word that the message has to have.
const NONSENSE = [
  ["undefined", "RefinireAgent"], ["null", "RefinireAgent"], ["5", "RefinireAgent"], ['"gpt-4o"', "RefinireAgent"], ["[]", "RefinireAgent"],
  ["({})", "`name`"],
  ["{ name: 5 }", "`name`"], ["{ name: undefined }", "`name`"],
  ["{ generationInstructions: undefined }", "`generationInstructions`"], ["{ generationInstructions: ['be brief'] }", "`generationInstructions`"],
  ["{ model: undefined }", "`model`"], ["{ model: {} }", "`model`"], ["{ model: '' }", "model"], ["{ model: 'openai://' }", "model"],
  ["{ model: 'nowhere://m' }", "nowhere"], ["{ provider: 'nobody' }", "nobody"], ["{ provider: 5 }", "`provider`"], ["{ provider: '' }", "provider"],
  ["{ provider: 'relay' }", "`baseUrl`"],
  ["{ baseUrl: 5 }", "`baseUrl`"], ["{ baseUrl: 'http://' }", "`baseUrl`"], ["{ baseUrl: 'http://[bad' }", "`baseUrl`"], ["{ baseUrl: 'ftp://host/v1' }", "`baseUrl`"],
  ["{ baseUrl: 'localhost:1234/v1' }", "`baseUrl`"], ["{ baseUrl: 'javascript:alert(1)' }", "`baseUrl`"], ["{ baseUrl: 'https://me:pw@host/v1' }", "`baseUrl`"],
  ["{ apiKey: 5 }", "`apiKey`"], ["{ apiKey: {} }", "`apiKey`"], ["{ apiKey: 'a\\nb' }", "`apiKey`"], ["{ apiKey: 'ключ' }", "`apiKey`"],
  ["{ headers: 'x' }", "`headers`"], ["{ headers: { a: 1 } }", "`headers`"], ["{ headers: [['a', 'b']] }", "`headers`"], ["{ headers: { 'a b': 'c' } }", "`headers`"],
  ["{ credentials: 'always' }", "`credentials`"], ["{ fetch: 'fetch' }", "`fetch`"],
  ["{ temperature: '0.7' }", "`temperature`"], ["{ temperature: NaN }", "`temperature`"], ["{ temperature: -1 }", "`temperature`"], ["{ temperature: Infinity }", "`temperature`"],
  ["{ maxTokens: 0 }", "`maxTokens`"], ["{ maxTokens: '5' }", "`maxTokens`"],
  ["{ providerOptions: 'x' }", "`providerOptions`"], ["{ providerOptions: [] }", "`providerOptions`"], ["{ providerOptions: { n: 1n } }", "`providerOptions`"],
  ["{ timeout: 5 }", "`timeout`"], ["{ timeout: { idle: '5' } }", "`idle`"], ["{ timeout: { connect: -1 } }", "`connect`"],
  ["{ retry: true }", "`retry`"], ["{ retry: { attempts: 0 } }", "`attempts`"], ["{ retry: { baseMs: NaN } }", "`baseMs`"],
  ["{ fallback: 'yes' }", "`fallback`"], ["{ limits: 5 }", "`limits`"], ["{ limits: { maxChars: -1 } }", "`maxChars`"], ["{ limits: { maxEventBytes: 0 } }", "`maxEventBytes`"],
  ["{ historySize: 'all' }", "`historySize`"], ["{ inputGuardrails: () => true }", "`inputGuardrails`"], ["{ inputGuardrails: [1] }", "`inputGuardrails`"],
  ["{ maxInputTokens: 0 }", "`maxInputTokens`"], ["{ maxInputTokens: '8k' }", "`maxInputTokens`"], ["{ countTokens: 4 }", "`countTokens`"],
  ["{ maxConnections: 0 }", "`maxConnections`"], ["{ maxConnections: 2.5 }", "`maxConnections`"], ["{ maxConnections: '6' }", "`maxConnections`"],
  ["{ tools: [{}] }", "`tools[0]`"], ["{ tools: {} }", "`tools`"], ["{ outputSchema: 5 }", "`outputSchema`"], ["{ outputSchema: ((schema) => (schema.not = schema))({}) }", "`outputSchema`"], ["{ maxSteps: 0 }", "`maxSteps`"], ["{ retry: { schema: '1' } }", "`schema`"],
  ["{ evaluation: {} }", "`evaluation`"], ["{ evaluation: { instructions: 'x', threshold: '9' } }", "`threshold`"], ["{ outputGuardrails: () => true }", "`outputGuardrails`"], ["{ middleware: [1] }", "`middleware`"], ["{ continueOnCut: -1 }", "`continueOnCut`"], ["{ continueOnCut: '1' }", "`continueOnCut`"],
  ["{ continueOnCut: 1.5 }", "`continueOnCut`"], ["{ maxSteps: 1.5 }", "`maxSteps`"], ["{ maxTokens: 1.5 }", "`maxTokens`"], ["{ retry: { attempts: 1.5 } }", "`attempts`"], ["{ retry: { schema: 0.5 } }", "`schema`"],
  ...["100.5", "Infinity", "-1", "NaN"].map((threshold) => [`{ evaluation: { instructions: 'x', threshold: ${threshold} } }`, "`threshold`"]), ["{ evaluation: { instructions: 'x', maxRetries: 1.5 } }", "`maxRetries`"],
];

test("a constructor given nonsense says what is wrong", async ({ inPage }) => {
  const failures = await inPage((kit, { sources, ok }) => Promise.all(sources.map((source) => kit.failure(() => {
    const given = (0, eval)(`(${source})`);
    const agent = new kit.refinire.RefinireAgent(source.startsWith("{") ? { ...ok, ...given } : given);
    agent.free();
  }))), { sources: NONSENSE.map(([source]) => source), ok: OK });
  const got = NONSENSE.map(([source, word], place) => {
    const failed = failures[place];
    return failed ? { source, real: failed.real, code: failed.code, names: failed.message.includes(word) || failed.message } : { source };
  });
  expect(got).toEqual(NONSENSE.map(([source]) => ({ source, real: true, code: "invalid-argument", names: true })));
});

test("a count may be Infinity, one that may be none also 0, and a threshold is taken up to both its bounds", async ({ inPage }) => {
  const failures = await inPage((kit, ok) => Promise.all([
    { continueOnCut: Infinity, maxSteps: Infinity, maxTokens: Infinity, retry: { attempts: Infinity, schema: Infinity }, evaluation: { instructions: "x", maxRetries: Infinity, threshold: 100 } },
    { continueOnCut: 0, retry: { schema: 0 }, evaluation: { instructions: "x", maxRetries: 0, threshold: 0 } },
  ].map((given) => kit.failure(() => new kit.refinire.RefinireAgent({ ...ok, ...given }).free()))), OK);
  expect(failures).toEqual([undefined, undefined]);
});

test("options that are undefined or null do not matter", async ({ inPage }) => {
  const text = await inPage(async (kit) => {
    const nothing = Object.fromEntries(["provider", "apiKey", "temperature", "maxTokens", "timeout", "limits", "tools", "providerOptions", "headers"].flatMap((name, place) => [[name, place % 2 ? null : undefined]]));
    const agent = kit.agent(kit.saysAll("a"), { ...nothing, retry: null, tools: [], somethingNew: undefined });
    return (await agent.run("Hi", { context: undefined, callback: null, signal: undefined, batch: null, more: undefined })).text;
  });
  expect(text).toBe("a");
});

const INPUTS = ["5", "undefined", "null", "{}", '""', '" \\n\\t\\u00a0"'];
test("input that says nothing, or is no text, is refused, and nothing is sent", async ({ inPage }) => {
  const seen = await inPage(async (kit, sources) => {
    const model = kit.saysAll("a");
    const context = kit.memory();
    const failures = [];
    for (const source of sources) {
      const input = (0, eval)(`(${source})`);
      failures.push(await kit.failure(kit.agent(model).run(input, { context })), await kit.failure(async () => {
        const { error } = await kit.read(kit.agent(model).runStreamed(input, { context }));
        if (error) throw error;
      }));
    }
    return { failures, requests: model.turns.length, said: kit.said(context) };
  }, INPUTS);
  expect(seen).toMatchObject({ requests: 0, said: [] });
  INPUTS.forEach((source, place) => {
    for (const failed of seen.failures.slice(place * 2, place * 2 + 2)) {
      expect({ source, ...failed }).toMatchObject({
        source, real: true, name: "RefinireError", code: "invalid-argument", retryable: false, message: expect.stringContaining("input"),
      });
    }
  });
});

const RUNS = [
  ["{ context: {} }", "`context`"], ["{ context: 'talk' }", "`context`"], ["{ callback: 'log' }", "`callback`"], ["{ onEvent: {} }", "`onEvent`"],
  ["{ signal: {} }", "`signal`"], ["{ signal: new AbortController() }", "`signal`"], ["{ batch: 'line' }", "`batch`"], ["{ batch: 5 }", "`batch`"], ["{ batch: { pace: 1 } }", "`pace`"],
  ["{ batch: { deltas: 0 } }", "`deltas`"], ["{ batch: { ms: '5' } }", "`ms`"], ["5", "options"], ["[]", "options"],
];
test("a run given nonsense says what is wrong, and sends nothing", async ({ inPage }) => {
  const { failures, requests } = await inPage(async (kit, sources) => {
    const model = kit.saysAll("a");
    const failures = [];
    for (const source of sources) {
      const options = (0, eval)(`(${source})`);
      failures.push(await kit.failure(kit.agent(model).run("Hi", options)), await kit.failure(() => kit.agent(model).runStreamed("Hi", options)));
    }
    return { failures, requests: model.turns.length };
  }, RUNS.map(([source]) => source));
  expect(requests).toBe(0);
  RUNS.forEach(([source, word], place) => {
    for (const failed of failures.slice(place * 2, place * 2 + 2)) {
      expect({ source, ...failed }).toMatchObject({ source, real: true, code: "invalid-argument", message: expect.stringContaining(word) });
    }
  });
});

const CONTEXTS = [
  ["new Context(5)", "Context"], ["new Context({ id: 5 })", "`id`"], ["new Context({ id: '' })", "`id`"], ["new Context({ storage: 'disk' })", "`storage`"],
  ["new Context({ onStorageError: 5 })", "`onStorageError`"], ["new Context({ storage: 'memory' }).addUserMessage(5)", "content"],
  ["new Context({ storage: 'memory' }).addUserMessage()", "content"], ["new Context({ storage: 'memory' }).addUserMessage('x', { n: 1n })", "metadata"],
  ["new Context({ storage: 'memory' }).subscribe()", "listener"], ["Context.list({ storage: 'disk' })", "`storage`"],
  ["Context.fromJSON(undefined, { storage: 'memory' })", "fromJSON"], ["Context.fromJSON({}, { storage: 'memory' })", "fromJSON"],
  ["Context.fromJSON('x', { storage: 'memory' })", "fromJSON"], ["Context.fromJSON({ schema: 99, messages: [] }, { storage: 'memory' })", "fromJSON"],
];
test("a context given nonsense says what is wrong", async ({ inPage }) => {
  const failures = await inPage((kit, sources) => {
    globalThis.Context = kit.refinire.Context;
    return Promise.all(sources.map((source) => kit.failure(() => (0, eval)(source))));
  }, CONTEXTS.map(([source]) => source));
  const got = CONTEXTS.map(([source, word], place) => {
    const failed = failures[place];
    return failed ? { source, real: failed.real, code: failed.code, names: failed.message.includes(word) || failed.message } : { source };
  });
  expect(got).toEqual(CONTEXTS.map(([source]) => ({ source, real: true, code: "invalid-argument", names: true })));
});

test("what was freed says so, freeing it again is fine, and what runs goes on", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model();
    const agent = kit.agent(model);
    const context = kit.memory();
    const run = agent.run("Hi", { context });
    const turn = await model.turn();
    agent.free();
    agent.free();
    context.free();
    context.free();
    const failures = await Promise.all([
      kit.failure(agent.run("Hi")), kit.failure(() => agent.runStreamed("Hi")),
      kit.failure(() => context.messages), kit.failure(() => context.addUserMessage("x")), kit.failure(() => context.getConversationText()),
      kit.failure(() => context.toJSON()), kit.failure(() => context.clear()), kit.failure(context.save()), kit.failure(context.delete()),
      kit.failure(kit.agent(model).run("Hi", { context })),
    ]);
    turn.answer("a", "b");
    return { failures, name: agent.name, id: typeof context.id, text: (await run).text };
  });
  for (const failed of seen.failures) {
    expect(failed).toMatchObject({ real: true, code: "invalid-argument", message: expect.stringContaining("freed") });
  }
  expect(seen).toMatchObject({ name: "agent", id: "string", text: "ab" });
});

test("an input guardrail sees the input, and what it refuses is not sent", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.saysAll("a");
    const context = kit.memory();
    const asked = [];
    const guardrails = [(input) => void asked.push(input) ?? true, async (input) => input !== "bad", (input) => { if (input === "worse") throw new Error("mine"); return true; }];
    const agent = kit.agent(model, { inputGuardrails: guardrails });
    const failures = [await kit.failure(agent.run("bad", { context })), await kit.failure(agent.run("worse", { context }))];
    const requests = model.turns.length;
    const { text } = await agent.run("good", { context });
    return { asked, failures, requests, text, said: kit.said(context).length };
  });
  expect(seen).toMatchObject({ asked: ["bad", "worse", "good"], requests: 0, text: "a", said: 2 });
  for (const failed of seen.failures) expect(failed).toMatchObject({ real: true, code: "guardrail" });
});
