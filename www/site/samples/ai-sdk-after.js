// In the page, with refinire-web; the server only adds the key.
import { RefinireAgent } from "refinire-web";

const agent = new RefinireAgent({
  name: "assistant",
  generationInstructions: "Answer briefly.",
  model: "gpt-4o-mini",
  baseUrl: "/api/openai/v1",
  tools: [{ name: "clock", description: "The time", execute: () => new Date().toISOString() }],
  maxSteps: 5,
});

export async function answer(prompt, onChunk) {
  for await (const chunk of agent.runStreamed(prompt)) onChunk(chunk);
}
