// Bad answers: each a clear error, and nothing that was said is lost.
import { expect, test } from "./support/test.mjs";

/** Runs once over what `script` answers; gives the failure, the chunks, the context. */
const failing = (inPage, script, options = {}) => inPage(async (kit, { source, options }) => {
  const context = kit.memory();
  const model = kit.model((0, eval)(`(${source})`));
  const stream = kit.agent(model, options).runStreamed("Hi", { context });
  const { chunks, error } = await kit.read(stream);
  return { failed: error && kit.told(error), chunks, said: kit.said(context), requests: model.turns.length, cause: String(error?.cause) };
}, { source: String(script), options });

const KEPT = [{ role: "user", content: "Hi" }, { role: "assistant", content: "half", interrupted: true }];

const REFUSALS = [
  [401, '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}', "Incorrect API key provided", false],
  [429, "slow down", "slow down", true],
];
for (const [status, body, words, retryable] of REFUSALS) {
  test(`a status of ${status} with ${body || "nothing"} is an http error in the server's words`, async ({ inPage }) => {
    const seen = await inPage(async (kit, [status, body]) => {
      const context = kit.memory();
      const failed = await kit.failure(kit.agent(kit.model((turn) => turn.whole(status, body, { "content-type": "application/json" }))).run("Hi", { context }));
      return { failed, said: kit.said(context) };
    }, [status, body]);
    expect(seen.failed).toMatchObject({ real: true, name: "RefinireError", code: "http", status, retryable, provider: "openai", partialText: "" });
    expect(seen.failed.message).toContain(words);
    expect(seen.failed.message).toContain(String(status));
    expect(seen.failed.message).not.toContain("<html");
    expect(seen.said).toEqual([{ role: "user", content: "Hi" }]);
  });
}

test("a body that breaks does not hide the status", async ({ inPage }) => {
  const { failed } = await failing(inPage, (turn) => turn.respond(429, { "retry-after": "7" }).send('{"err').break(new TypeError("gone")));
  expect(failed).toMatchObject({ code: "http", status: 429, retryAfterMs: 7000 });
});

const STREAMS = {
  "HTML with status 200": [(turn) => turn.whole(200, "<!doctype html><title>Log in</title>", { "content-type": "text/html" }), "protocol", "status 200 and a page of HTML (text/html) instead of a stream: Log in"],
  "bad JSON in the first event": [(turn) => turn.send("data: {broken\n\n").close(), "protocol", "at byte"],
};
for (const [what, [script, code, words]] of Object.entries(STREAMS)) {
  test(`${what} is ${code}`, async ({ inPage }) => {
    const { failed, chunks, said } = await failing(inPage, script);
    expect(failed).toMatchObject({ real: true, name: "RefinireError", code, provider: "openai", partialText: "" });
    expect(failed.message).toContain(words);
    expect({ chunks, said }).toEqual({ chunks: [], said: [{ role: "user", content: "Hi" }] });
  });
}

const CUTS = {
  "a broken connection": [(turn) => turn.say("ha", "lf").break(new TypeError("network error")), "network", "network error"],
};
for (const [what, [script, code, words]] of Object.entries(CUTS)) {
  test(`${what} is ${code}, the text so far is kept`, async ({ inPage }) => {
    const { failed, chunks, said, requests } = await failing(inPage, script, { retry: { attempts: 3, baseMs: 0, maxMs: 0 }, fallback: true });
    expect(failed).toMatchObject({ real: true, code, partialText: "half", provider: "openai" });
    expect(failed.message).toContain(words);
    expect({ chunks, said, requests }).toEqual({ chunks: ["ha", "lf"], said: KEPT, requests: 1 });
  });
}

test("a cut in the middle of a character is truncated, and loses no whole one", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const bytes = new TextEncoder().encode(kit.saying("half 🙂"));
    const at = bytes.indexOf(0xf0);
    const whole = new TextEncoder().encode(kit.saying("wörld "));
    const relay = (...pieces) => kit.agent(kit.model((turn) => turn.send(...pieces).close()), { provider: "relay" });
    const results = [];
    for (let cut = at + 1; cut <= at + 3; cut += 1) {
      const { chunks, error } = await kit.read(kit.agent(kit.model((turn) => turn.send(whole, bytes.slice(0, cut)).close())).runStreamed("Hi"));
      results.push([chunks.join(""), error.code, error.partialText]);
    }
    const { chunks, error } = await kit.read(relay("data: ab\n\n", bytes.slice(at, at + 2)).runStreamed("Hi"));
    return [...results, [chunks.join(""), error.code, error.partialText]];
  });
  expect(seen).toEqual([...Array.from({ length: 3 }, () => ["wörld ", "truncated", "wörld "]), ["ab", "truncated", "ab"]]);
});

test("bytes that are no UTF-8 become U+FFFD, and the answer goes on", async ({ inPage }) => {
  const text = await inPage(async (kit) => {
    const event = new TextEncoder().encode(kit.saying("a?b?!"));
    const bad = event.map((byte) => (byte === 0x3f ? 0xff : byte));
    const [half] = [event.indexOf(0x3f) + 1];
    return (await kit.agent(kit.model((turn) => turn.send(bad.slice(0, half), bad.slice(half)).answer("more"))).run("Hi")).text;
  });
  expect(text).toBe("a\ufffdb\ufffd!more");
});

for (const [what, provider, pieces] of [
  ["an event of 17 MB", "openai", (kit) => [kit.saying("half"), kit.saying("x".repeat(17 * 2 ** 20))]],
]) {
  test(`${what} is limit, the text so far is kept`, async ({ inPage }) => {
    const seen = await inPage(async (kit, { provider, source }) => {
      const model = kit.model((turn) => turn.send(...(0, eval)(`(${source})`)(kit)).close());
      const { chunks, error } = await kit.read(kit.agent(model, { provider }).runStreamed("Hi"));
      return { chunks, failed: kit.told(error), aborted: model.turns[0].signal.aborted };
    }, { provider, source: String(pieces) });
    expect(seen).toMatchObject({ chunks: ["half"], aborted: true, failed: { real: true, code: "limit", partialText: "half", retryable: false } });
    expect(seen.failed.message).toContain("maxEventBytes");
  });
}

const FETCHES = {
  "rejects with a string": ['() => Promise.reject("no way")', "network", "no way"],
  "rejects with nothing": ["() => Promise.reject()", "network", "undefined"],
  "rejects with null": ["() => Promise.reject(null)", "network", "null"],
  "rejects with an object that cannot be a string": ["() => Promise.reject(Object.create(null))", "network", "unknown"],
  "rejects with a symbol": ['() => Promise.reject(Symbol("s"))', "network", "Symbol(s)"],
  "rejects with an Error": ['() => Promise.reject(new TypeError("Failed to fetch"))', "network", "Failed to fetch"],
  "throws at once": ['() => { throw new RangeError("at once") }', "network", "at once"],
  "gives nothing": ["() => {}", "invalid-argument", "`fetch`"],
  "gives a string": ['async () => "hello"', "invalid-argument", "`fetch`"],
  "gives an object": ["async () => ({ ok: true })", "invalid-argument", "`fetch`"],
  "gives a response that is being read": ["async () => { const response = new Response('x'); response.body.getReader(); return response; }", "invalid-argument", "read"],
  "gives a response that was read": ["async () => { const response = new Response('x'); await response.text(); return response; }", "invalid-argument", "read"],
  "gives a response without a body": ["async () => new Response(null)", "truncated", "closed"],
};
for (const [what, [source, code, words]] of Object.entries(FETCHES)) {
  test(`a fetch that ${what} is ${code}`, async ({ inPage }) => {
    const failed = await inPage((kit, source) => kit.failure(kit.agent({ fetch: (0, eval)(`(${source})`) }).run("Hi")), source);
    expect(failed).toMatchObject({ real: true, name: "RefinireError", code, partialText: "", provider: "openai" });
    expect(failed.message).toContain(words);
  });
}

test("the cause is what was thrown, and JSON of the error has what matters", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const mine = new TypeError("mine");
    const { error } = await kit.thrown(kit.agent(kit.model((turn) => turn.say("half").break(mine))).run("Hi"));
    return { same: error.cause === mine, json: JSON.parse(JSON.stringify(error)), keys: String(error) };
  });
  expect(seen).toMatchObject({ same: true, json: { code: "network", partialText: "half", retryable: true, provider: "openai" } });
  expect(seen.keys).toMatch(/^RefinireError: /);
});

// Each ends a run of which "half" was delivered, or nothing.
const LAST = {
  "a cut": [{ script: (turn) => turn.say("ha", "lf").close() }, "half"],
  "a status": [{ script: (turn) => turn.whole(401, "no") }, ""],
  "a guardrail on the input": [{ script: (turn) => turn.answer("half"), options: { inputGuardrails: [() => false] } }, ""],
  "a guardrail on the answer": [{ script: (turn) => turn.answer("ha", "lf"), options: { outputGuardrails: [() => false] } }, "half"],
  "an answer that is not the JSON that was asked for": [{ script: (turn) => turn.answer("ha", "lf"), options: { outputSchema: { type: "object" } } }, "half"],
  "a callback that throws": [{ script: (turn) => turn.say("ha", "lf"), callback: (chunk) => { if (chunk === "lf") throw new Error("mine"); } }, "half"],
  "an abort": [{ script: (turn) => turn.say("ha", "lf"), callback: (chunk, stop) => chunk === "lf" && stop() }, "half"],
  "an abort before anything came": [{ script: () => {}, aborts: true }, ""],
};
for (const [what, [{ script, options = {}, callback = () => {}, aborts = false }, text]] of Object.entries(LAST)) {
  test(`the last event of a run that ${what} ends has the text that was delivered`, async ({ inPage }) => {
    const source = `({ script: ${script}, callback: ${callback}, options: { ${Object.entries(options).map(([name, value]) => `${name}: ${Array.isArray(value) ? `[${value}]` : JSON.stringify(value)}`)} } })`;
    const seen = await inPage(async (kit, { source, aborts }) => {
      const { script, callback, options } = (0, eval)(source);
      const lasts = [];
      for (const inFlow of [false, true]) {
        const events = [];
        const controller = new AbortController();
        const agent = kit.agent(kit.model(script), options);
        const runs = inFlow ? new kit.refinire.Flow({ say: agent }) : agent;
        const running = kit.thrown(runs.run("Hi", {
          signal: controller.signal, onEvent: (event) => void events.push(event), callback: (chunk) => callback(chunk, () => controller.abort("stop")),
        }));
        if (aborts) {
          await kit.settled();
          controller.abort("stop");
        }
        const { error } = await running;
        const last = events.at(-1);
        lasts.push([last.type, last.error === error, last.partialText]);
      }
      return lasts;
    }, { source, aborts });
    expect(seen).toEqual([["error", true, text], ["error", true, text]]);
  });
}

test("a flow that fails tells all that was delivered, whichever step it was", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const events = [];
    const fails = () => { throw new Error("boom"); };
    const flow = new kit.refinire.Flow({ one: kit.named("one", kit.saysAll("ha", "lf")), two: fails });
    const { error } = await kit.thrown(flow.run("Hi", { onEvent: (event) => void events.push(event) }));
    return [events.at(-1).type, events.at(-1).partialText, error.step];
  });
  expect(seen).toEqual(["error", "half", "two"]);
});
