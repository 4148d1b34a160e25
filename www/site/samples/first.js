import init, { Context, RefinireAgent } from "refinire-web";

await init(); // loads the WebAssembly module, once
const agent = new RefinireAgent({
  name: "assistant",
  generationInstructions: "Answer briefly.",
  model: "gpt-4o-mini",
  baseUrl: "/api/openai/v1", // your proxy, which adds the key
});
const context = new Context({ id: "main" }); // saved, and restored after a reload

for await (const chunk of agent.runStreamed("Explain quantum computing", { context })) {
  document.querySelector("#answer").append(chunk);
}
