importScripts("inline.classic.js");
const { init, RefinireAgent } = RefinireWeb;

self.addEventListener("message", async ({ data, ports: [port] }) => {
  await init();
  const agent = new RefinireAgent({ name: "worker", generationInstructions: "", model: "gpt-4o-mini", baseUrl: "/api/openai/v1" });
  await agent.run(data.question, { callback: (chunk) => port.postMessage(chunk) });
});
