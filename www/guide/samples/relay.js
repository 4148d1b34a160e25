import init, { RefinireAgent } from "refinire-web";

export default async function relay({ print, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "client",
    generationInstructions: "", // your backend has its own
    model: "relay",
    provider: "relay",
    baseUrl: "/api/relay", // your backend
  });

  for await (const chunk of agent.runStreamed("What is this page?", { signal })) {
    print(chunk);
  }
}
