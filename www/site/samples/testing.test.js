import init, { Context, RefinireAgent } from "refinire-web";
import { disconnect, pause, reply, scripted, toolCall } from "refinire-web/testing";
import { beforeAll, expect, test } from "vitest";

beforeAll(() => init());

const agentOf = (server, options) => new RefinireAgent({
  name: "test",
  generationInstructions: "",
  model: "gpt-4o-mini", // its name selects the format, as always
  baseUrl: "https://test.invalid/v1",
  fetch: server.fetch,
  retry: false,
  fallback: false,
  ...options,
});

test("the model gets what the tool returns", async () => {
  const server = scripted([reply(toolCall("weather", { town: "Oslo" })), reply("It is ", "raining.")]);
  const tools = [{ name: "weather", description: "The weather in a town", parameters: { type: "object" }, execute: () => "rain" }];
  const { text } = await agentOf(server, { tools }).run("How is the weather?");
  expect(text).toBe("It is raining.");
  expect(server.requests[1].body.messages.at(-1).content).toBe("rain");
});

test("a broken answer stays in the conversation", async () => {
  const server = scripted([reply("It is ", disconnect())]);
  const context = new Context({ storage: "memory" });
  const error = await agentOf(server).run("How is the weather?", { context }).catch((error) => error);
  expect(error.code).toBe("network");
  expect(context.messages.at(-1).content).toBe("It is ");
});

test("stop closes the connection", async () => {
  const held = pause(); // until it is released, or the run is stopped
  const server = scripted([reply("It is ", held, "raining.")]);
  const stop = new AbortController();
  const run = agentOf(server).run("How is the weather?", { signal: stop.signal }).catch((error) => error.name);
  await held.reached;
  stop.abort();
  expect(await run).toBe("AbortError");
  expect(await server.requests[0].ended).toBe("aborted");
});
