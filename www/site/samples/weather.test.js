import init, { RefinireAgent } from "refinire-web";
import { reply, scripted, toolCall } from "refinire-web/testing";
import { expect, test } from "vitest";

test("the model gets what the tool returns", async () => {
  await init();
  const model = scripted([reply(toolCall("weather", { town: "Oslo" })), reply("It is ", "raining.")]);
  const tools = [{ name: "weather", description: "The weather in a town", execute: () => "rain" }];
  const agent = new RefinireAgent({ name: "test", generationInstructions: "", model: "gpt-4o-mini", baseUrl: "https://test.invalid/v1", fetch: model.fetch, tools });
  expect((await agent.run("How is it in Oslo?")).text).toBe("It is raining.");
  expect(model.requests[1].body.messages.at(-1).content).toBe("rain");
});
