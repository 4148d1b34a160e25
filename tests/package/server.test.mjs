// The package where there is no browser: imported it does nothing, started by hand it works.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import init, { Context, decodeResponse, RefinireAgent, RefinireError } from "../../pkg/refinire_web.js";

const wasm = new URL("../../pkg/refinire_web_bg.wasm", import.meta.url);
const OPTIONS = { name: "agent", generationInstructions: "Be brief.", model: "gpt-4o-mini" };
const saying = (text) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] })}\n\n`;
const answer = () => new Response(`${saying("Hel")}${saying("lo")}data: [DONE]\n\n`);

const notInitialized = (error) => error instanceof RefinireError && error instanceof Error && error.code === "not-initialized";

test("before init everything throws not-initialized", async () => {
  assert.throws(() => new RefinireAgent(OPTIONS), notInitialized);
  assert.throws(() => new Context(), notInitialized);
  assert.throws(() => decodeResponse(answer(), { provider: "openai" }), notInitialized);
  await assert.rejects(Context.list(), notInitialized);
});

test("an init that failed can be tried again", async () => {
  await assert.rejects(init({ module_or_path: new Uint8Array([1, 2, 3]) }), notInitialized);
  const starting = init({ module_or_path: await readFile(wasm) });
  assert.equal(init(), starting);
  await starting;
});

test("started with its bytes it streams, with a key of the server's own", async () => {
  const requests = [];
  const fetch = async (url, { headers, body }) => {
    requests.push([url, headers.authorization, JSON.parse(body).messages.at(-1).content]);
    return answer();
  };
  const agent = new RefinireAgent({ ...OPTIONS, apiKey: "k", fetch });
  const chunks = [];
  for await (const text of agent.runStreamed("Hi")) chunks.push(text);
  assert.deepEqual(chunks, ["Hel", "lo"]);
  assert.deepEqual(requests, [["https://api.openai.com/v1/chat/completions", "Bearer k", "Hi"]]);
});

test("a stream that is cut is continued", async () => {
  const responses = [new Response(saying("Hello wor")), new Response(`${saying("Hello wor")}${saying("ld")}data: [DONE]\n\n`)];
  const agent = new RefinireAgent({ ...OPTIONS, continueOnCut: 1, fetch: async () => responses.shift() });
  assert.equal((await agent.run("Hi")).text, "Hello world");
});

test("a context has no storage here: it is in memory, and onStorageError is told", async () => {
  const errors = [];
  const context = new Context({ id: "talk", onStorageError: (error) => errors.push(error) });
  const { text } = await new RefinireAgent({ ...OPTIONS, fetch: async () => answer() }).run("Hi", { context, batch: "frame" });
  assert.equal(text, "Hello");
  assert.deepEqual(context.messages.map(({ role, content }) => [role, content]), [["user", "Hi"], ["assistant", "Hello"]]);
  assert.deepEqual(errors.map(({ code }) => code), ["storage"]);
});

test("decodeResponse works", async () => {
  const { text, finishReason } = await decodeResponse(answer(), { provider: "openai" }).result;
  assert.deepEqual([text, finishReason], ["Hello", "stop"]);
});
