import init, { RefinireAgent } from "refinire-web";

export default async function basic({ print, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "assistant",
    generationInstructions: "Give detailed, helpful answers.",
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1", // this page's scripted model
  });

  const question = "Explain quantum computing";
  for await (const chunk of agent.runStreamed(question, { signal })) {
    print(chunk);
  }
}
