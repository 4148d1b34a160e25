// In a dedicated worker: no document, no storage, and everything else.
import { expect, test } from "./support/test.mjs";

/** Runs `script` in a module worker with the kit; gives what it gives. */
function inWorker(inPage, script) {
  return inPage((_, source) => new Promise((resolve, reject) => {
    const code = `
      import * as kit from "${location.origin}/kit.js";
      addEventListener("unhandledrejection", ({ reason }) => postMessage({ error: "unhandled: " + reason }));
      try {
        await kit.refinire.default();
        const value = await (${source})(kit);
        await kit.settled();
        postMessage({ value });
      } catch (error) {
        postMessage({ error: String(error?.stack ?? error) });
      }
    `;
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), { type: "module" });
    worker.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data.value));
    worker.onerror = ({ message }) => reject(new Error(message));
  }), String(script));
}

test("run and runStreamed work, and every batch", async ({ inPage }) => {
  const seen = await inWorker(inPage, async (kit) => {
    const agent = kit.agent(kit.saysAll("a", "b"));
    const context = kit.memory();
    const { text } = await agent.run("Hi", { context });
    const { chunks } = await kit.read(agent.runStreamed("More", { context }));
    const frames = await kit.read(agent.runStreamed("Frames", { batch: "frame" }));
    return { document: typeof document, text, chunks, frames: frames.chunks.join(""), said: context.messages.length };
  });
  expect(seen).toEqual({ document: "undefined", text: "ab", chunks: ["a", "b"], frames: "ab", said: 4 });
});

test("break aborts, and a failure is a RefinireError", async ({ inPage }) => {
  const seen = await inWorker(inPage, async (kit) => {
    const model = kit.model((turn) => turn.say("a", "b"));
    const stream = kit.agent(model).runStreamed("Hi");
    for await (const _ of stream) break;
    const { finishReason, text } = await stream.result;
    const failed = await kit.failure(kit.agent(kit.model((turn) => turn.say("half").close())).run("Hi"));
    return { finishReason, text, aborted: model.turns[0].signal.aborted, failed };
  });
  expect(seen).toMatchObject({ finishReason: "aborted", text: "a", aborted: true, failed: { real: true, code: "truncated", partialText: "half" } });
});

test("a context is in memory, and onStorageError is told", async ({ inPage }) => {
  const seen = await inWorker(inPage, async (kit) => {
    const errors = [];
    const context = new kit.refinire.Context({ id: "talk", onStorageError: (error) => void errors.push(kit.told(error)) });
    await kit.agent(kit.saysAll("a")).run("Hi", { context });
    return { errors, said: context.messages.length };
  });
  expect(seen).toMatchObject({ said: 2, errors: [{ real: true, code: "storage" }] });
});

test("decodeResponse works", async ({ inPage }) => {
  const chunks = await inWorker(inPage, async (kit) => {
    const response = new Response([kit.saying("a"), kit.saying("b"), kit.DONE].join(""));
    return (await kit.read(kit.refinire.decodeResponse(response, { provider: "openai" }))).chunks;
  });
  expect(chunks).toEqual(["a", "b"]);
});

test("a string key for a vendor is refused there too: everyone can read a worker", async ({ inPage }) => {
  const failed = await inWorker(inPage, (kit) => kit.failure(() => new kit.refinire.RefinireAgent({ name: "a", generationInstructions: "", model: "gpt-4o", apiKey: "k" })));
  expect(failed).toMatchObject({ code: "invalid-argument", message: expect.stringContaining("dangerouslyAllowBrowser") });
});

test("a stream can be handed from a worker to the page", async ({ inPage }) => {
  const chunks = await inPage(() => new Promise((resolve, reject) => {
    const code = `
      import * as kit from "${location.origin}/kit.js";
      await kit.refinire.default();
      const stream = kit.agent(kit.saysAll("a", "b", "c")).runStreamed("Hi");
      postMessage(stream, [stream]);
    `;
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), { type: "module" });
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = async ({ data }) => {
      const chunks = [];
      for await (const text of data) chunks.push(text);
      resolve(chunks);
    };
  }));
  expect(chunks).toEqual(["a", "b", "c"]);
});
