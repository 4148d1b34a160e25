import init, { RefinireAgent } from "refinire-web";

const WORDS = ["Grüße", " für ", "3 €", " 👋🏽"];

/** What a provider sends for them. */
function body() {
  const events = WORDS.map((content) => ({ choices: [{ delta: { content } }] }));
  const lines = events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
  return new TextEncoder().encode(`${lines.join("")}data: [DONE]\n\n`);
}

/** A fetch whose body arrives in reads of this many bytes. */
function network(bytes, size) {
  const stream = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) {
        controller.enqueue(bytes.slice(at, at + size));
      }
      controller.close();
    },
  });
  const headers = { "Content-Type": "text/event-stream" };
  return async () => new Response(stream, { headers });
}

/** An agent that uses this fetch. */
function agentOn(fetch) {
  return new RefinireAgent({
    name: "tested",
    generationInstructions: "",
    model: "gpt-4o-mini",
    baseUrl: "/none",
    fetch,
  });
}

export default async function testing({ print, signal }) {
  await init();
  const expected = WORDS.join("");

  for (const size of [1, 7, 4096]) {
    const agent = agentOn(network(body(), size));
    const { text } = await agent.run("Hello", { signal });
    print(`${text === expected ? "✓" : "✗"} ${size} bytes a read: ${text}\n`);
  }

  const agent = agentOn(network(body().slice(0, -20), 4096)); // the end is missing
  const error = await agent.run("Hello", { signal }).catch((reason) => reason);
  print(`${error.code === "truncated" ? "✓" : "✗"} a lost connection is an error: ${error.code}, `);
  print(`“${error.partialText}” kept\n`);
}
