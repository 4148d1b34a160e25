import init, { RefinireAgent } from "refinire-web";

const BATCH = 10;

export default async function buffering({ print, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "storyteller",
    generationInstructions: "Tell short stories.",
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1",
  });

  const work = (chunks) => print(`[${chunks.length}] ${chunks.join("")}\n`);

  let buffer = [];
  for await (const chunk of agent.runStreamed("Tell me a story", { signal })) {
    buffer.push(chunk);
    if (buffer.length === BATCH) {
      work(buffer);
      buffer = [];
    }
  }
  if (buffer.length > 0) work(buffer);
}
