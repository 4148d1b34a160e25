// The first lines a user writes, as TypeScript sees them.
import init, { RefinireAgent } from "refinire-web";

await init();
const agent = new RefinireAgent({ name: "smoke", generationInstructions: "Answer.", model: "gpt-4o-mini" });
for await (const chunk of agent.runStreamed("Hello")) {
  chunk satisfies string;
}
const { content } = await agent.run("Hello");
content satisfies string;

// @ts-expect-error a model is needed
new RefinireAgent({ name: "smoke", generationInstructions: "Answer." });
