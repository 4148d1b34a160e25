import init, { RefinireAgent } from "refinire-web";

const MOST = 1_000; // characters

export default async function memoryLimit({ print, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "essayist",
    generationInstructions: "Leave nothing out.",
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1",
  });

  let characters = 0;
  const stream = agent.runStreamed("Give me a very long answer", { signal });
  for await (const chunk of stream) {
    characters += chunk.length;
    if (characters > MOST) break; // closes the connection
    print(chunk);
  }
  const { finishReason } = await stream.result;
  print(`\n\n✂ Stopped at ${MOST} characters: ${finishReason}.`);
}
