import init, { RefinireAgent } from "refinire-web";

export default async function relay({ print, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "client",
    generationInstructions: "", // what the backend says to its model is its own affair
    model: "relay",
    provider: "relay",
    baseUrl: "/api/relay", // your backend: here one in front of the stand-in
  });

  for await (const chunk of agent.runStreamed("What is this page?", { signal })) {
    print(chunk);
  }
}
