// A WebSocket where there is no `CloseEvent`, as in Node before its version 23.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import init, { RefinireAgent } from "../../pkg/refinire_web.js";

before(() => init({ module_or_path: readFileSync(new URL("../../pkg/refinire_web_bg.wasm", import.meta.url)) }));

/** Answers each question with these words, and closes when it is told to. */
class Socket extends EventTarget {
  static words = [];
  static closed = 0;
  readyState = 0;
  constructor() {
    super();
    queueMicrotask(() => {
      this.readyState = 1;
      this.dispatchEvent(new Event("open"));
    });
  }
  send() {
    for (const data of Socket.words) this.dispatchEvent(new MessageEvent("message", { data }));
  }
  close() {
    if (this.readyState > 1) return;
    this.readyState = 2;
    queueMicrotask(() => {
      this.readyState = 3;
      Socket.closed += 1;
      this.dispatchEvent(Object.assign(new Event("close"), { code: 1005, reason: "", wasClean: true }));
    });
  }
}

test("a socket that is closed calls nothing that is gone", async (test) => {
  const { CloseEvent, WebSocket } = globalThis;
  Object.assign(globalThis, { CloseEvent: undefined, WebSocket: Socket });
  test.after(() => Object.assign(globalThis, { CloseEvent, WebSocket }));
  const agent = new RefinireAgent({ name: "agent", generationInstructions: "", model: "m", provider: "websocket", baseUrl: "ws://model.invalid/" });
  Socket.words = ["Hel", "lo"];
  for await (const chunk of agent.runStreamed("Hi")) if (chunk === "Hel") break;
  Socket.words = ["Hello", "[COMPLETE]"];
  assert.equal((await agent.run("Hi")).text, "Hello");
  agent.free();
  await new Promise(setImmediate);
  assert.equal(Socket.closed, 2);
});
