// `refinire-web/testing`: what a script says in each format is what the package itself reads.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import OpenAI from "openai";
import init, { decodeResponse, RefinireAgent } from "../../pkg/inline.js";
import { disconnect, errorEvent, finish, httpError, networkError, pause, PROVIDERS, raw, reasoning, reply, scripted, toolCall, truncate, usage } from "../../pkg/testing.js";
import { PROVIDERS as EXPECTED } from "../fixtures/providers.mjs";

before(() => init());

/** Where each is asked; others at a root like OpenAI's. */
const BASES = { gemini: "https://test/v1beta", ollama: "https://test", relay: "https://test/ask" };
const isRelay = (provider) => provider === "relay";
const PLAIN = { name: "agent", generationInstructions: "", model: "m", retry: { baseMs: 0, maxMs: 0 }, fallback: false, thinkTags: false };

/** An agent that asks the server in this format. */
const agentOf = (provider, server, options) => new RefinireAgent({ ...PLAIN, provider, baseUrl: BASES[provider] ?? "https://test/v1", fetch: server.fetch, ...options });

const failureOf = (promise) => promise.then(() => assert.fail("it did not fail"), (error) => error);

test("there is one for each provider that is asked through fetch", () => {
  assert.deepEqual([...PROVIDERS].sort(), EXPECTED.toSorted(), "src/npm/testing/formats.js has other providers than the type `Provider`");
});

const WEATHER = { name: "get_weather", description: "", parameters: { type: "object", properties: { city: { type: "string" } } }, execute: ({ city }) => `Rain in ${city}` };

for (const provider of PROVIDERS) {
  for (const readBytes of [undefined, 1, 7, Infinity]) {
    test(`${provider}: text and its chunks${readBytes ? `, ${readBytes} bytes a read` : ""}`, async () => {
      const server = scripted([reply("Hel", "lo, \u{1f30d}\n", "世界")], { readBytes });
      const chunks = [];
      const { text, finishReason } = await agentOf(provider, server).run("Hi", { callback: (chunk) => void chunks.push(chunk) });
      assert.equal(text, "Hello, \u{1f30d}\n世界");
      assert.equal(finishReason, "stop");
      assert.deepEqual(chunks, ["Hel", "lo, \u{1f30d}\n", "世界"]);
      const [request] = server.requests;
      assert.equal(request.provider, provider);
      assert.equal(request.method, "POST");
      assert.match(request.text, /Hi/);
      assert.equal(await request.ended, "complete");
      assert.equal(server.remaining, 0);
    });
  }

  if (!isRelay(provider)) {
    test(`${provider}: reasoning, calls of tools, and what they cost`, async () => {
      const server = scripted([
        reply(reasoning("Where", " is it?"), "I look.", toolCall("get_weather", { city: "São Paulo" }), toolCall("get_weather", { city: "Oslo" }, { id: "call_own" }), usage({ inputTokens: 10, outputTokens: 5, cachedInputTokens: 4 })),
        (request) => reply(`It rains, says ${request.text.includes("Rain in São Paulo") && request.text.includes("Rain in Oslo") ? "the tool" : "nobody"}.`, usage({ inputTokens: 20, outputTokens: 6 })),
      ]);
      const result = await agentOf(provider, server, { tools: [WEATHER] }).run("Weather?");
      assert.equal(result.reasoning, "Where is it?");
      assert.equal(result.text, "I look.It rains, says the tool.");
      assert.deepEqual(result.toolCalls.map(({ id, input }) => [id, input]), [["call_1", { city: "São Paulo" }], ["call_own", { city: "Oslo" }]]);
      assert.equal(result.usage.inputTokens, 30);
      assert.equal(result.usage.outputTokens, 11);
      if (provider !== "ollama") assert.equal(result.usage.cachedInputTokens, 4);
    });

    for (const reason of ["stop", "length", "content-filter"]) {
      if (provider === "ollama" && reason === "content-filter") continue;
      test(`${provider}: finish reason ${reason}`, async () => {
        assert.equal((await agentOf(provider, scripted([reply("one", finish(reason))])).run("Hi")).finishReason, reason);
      });
    }

    test(`${provider}: a request for one document gets one`, async () => {
      // Status 400 about streaming is what makes the agent ask for a document.
      const server = scripted([httpError(400, { message: "stream is not supported" }), reply("Hel", "lo", reasoning("Hm."), toolCall("f", { a: 1 }), usage({ inputTokens: 3, outputTokens: 2 }))]);
      const result = await agentOf(provider, server, { fallback: true }).run("Hi");
      assert.equal(result.text, "Hello");
      assert.equal(result.reasoning, "Hm.");
      assert.deepEqual(result.toolCalls.map(({ id, name, input }) => ({ id, name, input })), [{ id: "call_1", name: "f", input: { a: 1 } }]);
      assert.equal(result.finishReason, "tool-calls");
      assert.equal(result.usage.totalTokens, 5);
    });
  }

  test(`${provider}: an error inside the answer`, async () => {
    const error = await failureOf(agentOf(provider, scripted([reply("one ", errorEvent(503, { message: "The engine is gone" }), "two")])).run("Hi"));
    assert.equal(error.code, "provider");
    assert.match(error.message, /The engine is gone/);
    assert.equal(error.partialText, "one ");
  });

  test(`${provider}: an error before the answer is retried or not, as its status says`, async () => {
    const passing = scripted([reply(errorEvent(503)), "Hello"]);
    assert.equal((await agentOf(provider, passing).run("Hi")).text, "Hello");
    const lasting = scripted([reply(errorEvent(400, { message: "no" })), "Hello"]);
    assert.match((await failureOf(agentOf(provider, lasting).run("Hi"))).message, /no/);
    assert.equal(lasting.remaining, 1);
  });

  test(`${provider}: HTTP errors`, async () => {
    const denied = await failureOf(agentOf(provider, scripted([httpError(401, { message: "Who are you?" })])).run("Hi"));
    assert.deepEqual([denied.code, denied.status], ["http", 401]);
    assert.match(denied.message, /Who are you\?/);
    const limited = await failureOf(agentOf(provider, scripted([httpError(429, { retryAfter: 2 })]), { retry: false }).run("Hi"));
    assert.deepEqual([limited.status, limited.retryAfterMs], [429, 2000]);
  });

  test(`${provider}: connections that break`, async () => {
    const server = scripted([reply("one", disconnect()), reply("two", truncate()), networkError()]);
    const agent = agentOf(provider, server, { retry: false });
    const errors = [];
    for (let asked = 0; asked < 3; asked += 1) errors.push(await failureOf(agent.run("Hi")));
    assert.deepEqual(errors.map(({ code, partialText }) => [code, partialText]), [["network", "one"], ["truncated", "two"], ["network", ""]]);
    assert.deepEqual(await Promise.all(server.requests.map(({ ended }) => ended)), ["disconnected", "complete", "disconnected"]);
  });

  test(`${provider}: a pause lasts until it is released, and a stop in it closes the connection`, async () => {
    const held = [pause(), pause()];
    const server = scripted([reply("Hel", held[0], "lo", held[1], "!")], { readBytes: 5 });
    const stop = new AbortController();
    const chunks = [];
    const settled = agentOf(provider, server).run("Hi", { signal: stop.signal, callback: (chunk) => void chunks.push(chunk) }).catch((error) => error);
    await held[0].reached;
    assert.deepEqual(chunks.join(""), "Hel");
    held[0].release();
    await held[1].reached;
    assert.deepEqual(chunks.join(""), "Hello");
    const reason = new Error("enough");
    stop.abort(reason);
    assert.equal(await settled, reason);
    assert.equal((await server.nextRequest()).provider, provider);
    assert.equal(await server.requests[0].ended, "aborted");
  });
}

test("a pause of milliseconds leaves no timer behind when nobody waits for it any more", async () => {
  const server = scripted([reply("one", pause(1e9), "two")]);
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const stop = new AbortController();
  const response = await server.fetch("https://test/v1/chat/completions", { method: "POST", body: '{"messages":[],"stream":true}', signal: stop.signal });
  const reader = response.body.getReader();
  await reader.read();
  await reader.read();
  const waiting = reader.read();
  await new Promise(setImmediate);
  assert.equal(timers(), before + 1);
  stop.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  assert.equal(timers(), before);
});

test("a pause for a promise, and one of milliseconds", async () => {
  const server = scripted([reply("a", pause(Promise.resolve()), "b", pause(0), "c")]);
  assert.equal((await agentOf("openai", server).run("Hi")).text, "abc");
});

test("a function answers each request, or makes its answer when it is asked for", async () => {
  const echo = scripted(async ({ body }) => reply(body.messages.at(-1).content.toUpperCase()));
  const agent = agentOf("openai", echo);
  assert.equal((await agent.run("one")).text, "ONE");
  assert.equal((await agent.run("two")).text, "TWO");
  assert.equal(echo.remaining, Infinity);
  assert.throws(() => echo.add("more"), TypeError);
});

test("an abort while the answer is being made rejects as a browser's fetch does", async () => {
  const server = scripted([() => new Promise(() => {})]);
  const stop = new AbortController();
  const answer = server.fetch("https://test/v1/messages", { signal: stop.signal, body: "{}" });
  await server.nextRequest();
  stop.abort();
  await assert.rejects(answer, { name: "AbortError" });
  assert.equal(await server.requests[0].ended, "aborted");
  await assert.rejects(server.fetch("https://test/v1/messages", { signal: stop.signal, body: "{}" }), { name: "AbortError" });
  assert.equal(server.requests.length, 1);
});

test("it knows the format of a request by its path or its body", async () => {
  const asked = [
    ["https://proxy/openai/chat/completions?x=1", { messages: [] }, "openai"],
    ["/responses", { input: [] }, "openai-responses"],
    ["https://proxy/messages", { messages: [] }, "anthropic"],
    ["https://proxy/models/gemini-2.5-flash:streamGenerateContent?alt=sse", { contents: [] }, "gemini"],
    ["http://localhost:11434/api/chat", { messages: [] }, "ollama"],
    ["https://backend/api/chat", { message: "Hi", messages: [] }, "relay"],
    ["https://backend/ask", { contents: [] }, "gemini"],
    ["https://backend/ask", { input: "" }, "openai-responses"],
    ["https://backend/ask", { messages: [] }, "openai"],
  ];
  const named = new Set(asked.map(([, , provider]) => provider));
  assert.deepEqual(EXPECTED.filter((provider) => !named.has(provider)), [], "no request above is in the format of these providers: add one");
  for (const [url, body, provider] of asked) {
    const server = scripted(["Hello"]);
    const response = await server.fetch(url, { method: "POST", body: JSON.stringify({ stream: true, ...body }) });
    assert.equal(server.requests[0].provider, provider, url);
    assert.equal((await decodeResponse(response, { provider }).result).text, "Hello");
  }
});

test("it takes a Request", async () => {
  const server = scripted(["Hello"]);
  const response = await server.fetch(new Request("https://test/v1/chat/completions", { method: "POST", body: '{"messages":[1],"stream":true}', headers: { "x-own": "1" } }));
  assert.equal((await decodeResponse(response, { provider: "openai" }).result).text, "Hello");
  const [{ body, headers, method }] = server.requests;
  assert.deepEqual([body.messages, headers.get("x-own"), method], [[1], "1", "POST"]);
});

test("a mistake in the script is told at once, and not retried", async () => {
  const told = async (script, provider = "openai") => {
    const server = scripted(script);
    const { message } = await failureOf(agentOf(provider, server, { fallback: true }).run("Hi"));
    assert.equal(server.requests.length, 1);
    return message;
  };
  assert.match(await told([]), /request 1 has no answer in the script/);
  assert.match(await told([42]), /42 is no answer/);
  assert.match(await told([reply({ type: "sing" })]), /\{"type":"sing"\} is no step/);
  assert.match(await told([reply(toolCall("f"))], "relay"), /a relay sends text only: it has no tool calls/);
  assert.match(await told([reply(toolCall("f", "{"))], "gemini"), /gemini sends the arguments of a call as JSON/);
  assert.throws(() => scripted([], { provider: "websocket" }), /no provider "websocket" that is asked through fetch/);
  assert.throws(() => scripted([], { readBites: 1 }), /no option "readBites"/);
});

test("what it has no step for can be said as it stands", async () => {
  const server = scripted([reply(raw(": ping\n\n"), "Hello", raw('data: {"choices":[{"delta":{"content":"!"}}]}\n\n')), httpError(400, { body: "plain", headers: { "x-own": "1" } })]);
  assert.equal((await agentOf("openai", server).run("Hi")).text, "Hello!");
  const response = await server.fetch("https://test/v1/chat/completions", { method: "POST", body: '{"messages":[]}' });
  assert.deepEqual([response.headers.get("x-own"), await response.text()], ["1", "plain"]);
});

test("broken arguments arrive as they are where a format has them as text", async () => {
  // These have arguments as values, not as text.
  const asValues = ["gemini", "ollama"];
  for (const provider of EXPECTED.filter((provider) => !isRelay(provider))) {
    const asked = agentOf(provider, scripted([reply(toolCall("f", '{"a":'))])).run("Hi");
    if (asValues.includes(provider)) {
      assert.match((await failureOf(asked)).message, /sends the arguments of a call as JSON/, provider);
      continue;
    }
    const result = await asked;
    assert.deepEqual(result.toolCalls.map(({ input, inputText }) => [input, inputText]), [[undefined, '{"a":']], provider);
  }
});

const OFFICIAL = { apiKey: "k", maxRetries: 0, baseURL: "https://test/v1" };
const LOOK = reply("I ", "look.", toolCall("f", { a: 1 }), usage({ inputTokens: 3, outputTokens: 2, cachedInputTokens: 1 }));

test("the official client reads the streams of Chat Completions, and its documents", async () => {
  const server = scripted([LOOK, LOOK, httpError(429, { message: "slow down" })]);
  const client = new OpenAI({ ...OFFICIAL, fetch: server.fetch });
  const request = { model: "m", messages: [{ role: "user", content: "Hi" }] };
  const answers = [await client.chat.completions.stream(request).finalChatCompletion(), await client.chat.completions.create(request)];
  for (const { choices: [{ message, finish_reason }], usage } of answers) {
    assert.deepEqual([message.content, finish_reason], ["I look.", "tool_calls"]);
    assert.deepEqual(message.tool_calls.map(({ id, function: { name, arguments: text } }) => [id.slice(0, 5), name, text]), [["call_", "f", '{"a":1}']]);
    assert.deepEqual([usage.prompt_tokens, usage.total_tokens, usage.prompt_tokens_details.cached_tokens], [3, 5, 1]);
  }
  await assert.rejects(client.chat.completions.create(request), (error) => error instanceof OpenAI.RateLimitError && /slow down/.test(error.message));
});

test("the official client reads the streams of Responses, and its documents", async () => {
  const answer = reply(reasoning("Hm."), ...LOOK.steps);
  const client = new OpenAI({ ...OFFICIAL, fetch: scripted([answer, answer]).fetch });
  const request = { model: "m", input: "Hi" };
  for (const { output, output_text, status, usage } of [await client.responses.stream(request).finalResponse(), await client.responses.create(request)]) {
    assert.deepEqual([output_text, status, usage.total_tokens], ["I look.", "completed", 5]);
    assert.deepEqual(output.map(({ type }) => type), ["reasoning", "message", "function_call"]);
    assert.equal(output[2].arguments, '{"a":1}');
  }
});
