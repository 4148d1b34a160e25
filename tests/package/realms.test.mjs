// What comes from another realm: a frame's fetch, jsdom, Node's vm. Its classes are others, and as good.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

import init, { decodeResponse, RefinireAgent } from "../../pkg/refinire_web.js";

const read = (file) => readFileSync(new URL(`../../pkg/${file}`, import.meta.url));
const ANSWER = 'data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\ndata: [DONE]\n\n';
const OPTIONS = { name: "agent", generationInstructions: "", model: "gpt-4o-mini", baseUrl: "http://model.invalid/v1" };

const other = createContext({ answer: ANSWER, wasm: read("refinire_web_bg.wasm") });
const inOther = (code) => runInContext(code, other);
/** A response whose body yields bytes of the other realm. */
const answer = () => {
  const bytes = inOther("Uint8Array.from(answer, (character) => character.charCodeAt(0))");
  const start = (controller) => {
    controller.enqueue(bytes);
    controller.close();
  };
  return { status: 200, ok: true, headers: new Headers(), body: new ReadableStream({ start }) };
};

test("bytes and responses of another realm", async () => {
  const bytes = inOther("Uint8Array.from(wasm)");
  assert.ok(!(bytes instanceof Uint8Array));
  await init({ module_or_path: bytes });
  assert.equal((await decodeResponse(answer(), { provider: "openai" }).result).text, "Hello");
  assert.equal((await new RefinireAgent({ ...OPTIONS, fetch: async () => answer() }).run("Hi")).text, "Hello");
});

test("what another realm's fetch rejects with is described as what this one's does", async () => {
  const fetch = async () => {
    throw inOther('new TypeError("no way")');
  };
  const failing = new RefinireAgent({ ...OPTIONS, fetch, retry: false, fallback: false }).run("Hi");
  await assert.rejects(failing, (error) => error.code === "network" && error.message.includes("no way") && !error.message.includes("TypeError"));
});

test("attachments of another realm", async () => {
  const sent = [];
  const fetch = async (_, { body }) => {
    sent.push(JSON.parse(body).messages.at(-1).content);
    return answer();
  };
  const foreign = (tag, members) => inOther(`(members) => Object.defineProperty({ ...members }, Symbol.toStringTag, { value: "${tag}" })`)(members);
  const blob = foreign("Blob", { type: "image/png", arrayBuffer: async () => inOther("new Uint8Array([1, 2, 3]).buffer") });
  const url = foreign("URL", { pathname: "/a.png", href: "https://example.com/a.png" });
  await new RefinireAgent({ ...OPTIONS, fetch }).run({ text: "Hi", attachments: [blob, url] });
  assert.deepEqual(sent[0].flatMap(({ image_url }) => image_url?.url ?? []), ["data:image/png;base64,AQID", "https://example.com/a.png"]);
});

test("the classic script starts in a realm that has little else, and takes the responses of this one", async () => {
  const { AbortController, atob, DecompressionStream, Headers, performance, ReadableStream, Response, setTimeout, clearTimeout, TextDecoder, TextEncoder, URL } = globalThis;
  const page = createContext({ AbortController, atob, DecompressionStream, Headers, performance, ReadableStream, Response, setTimeout, clearTimeout, TextDecoder, TextEncoder, URL });
  runInContext(read("inline.classic.js").toString(), page);
  await page.RefinireWeb.init();
  assert.equal(page.RefinireWeb.init, page.RefinireWeb.default);
  assert.equal((await page.RefinireWeb.decodeResponse(new Response(ANSWER), { provider: "openai" }).result).text, "Hello");
});
