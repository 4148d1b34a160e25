// The worker: everything but the page's own elements happens here.
import init, { RefinireAgent } from "refinire-web";

const ready = init().then(() => new RefinireAgent({
  name: "assistant",
  generationInstructions: "Answer briefly.",
  model: "gpt-4o-mini",
  baseUrl: "/api/openai/v1",
}));
let running = new AbortController();

// Set before anything is awaited: a message that comes earlier would be lost.
self.onmessage = async ({ data }) => {
  running.abort();
  if (data.stop) return;
  const { signal } = (running = new AbortController());
  try {
    const agent = await ready;
    const { text } = await agent.run(data.question, { signal, batch: { ms: 30 }, callback: (chunk) => self.postMessage({ chunk }) });
    self.postMessage({ text });
  } catch (error) {
    if (!signal.aborted) self.postMessage({ error: String(error) });
  }
};
