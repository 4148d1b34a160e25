// On the server, with the AI SDK.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { jsonSchema, stepCountIs, streamText, tool } from "ai";

const openai = createOpenAICompatible({ name: "openai", baseURL: "https://api.openai.com/v1", apiKey: process.env.OPENAI_API_KEY });

export async function answer(prompt, onChunk) {
  const { textStream } = streamText({
    model: openai("gpt-4o-mini"),
    system: "Answer briefly.",
    prompt,
    tools: {
      clock: tool({
        description: "The time",
        inputSchema: jsonSchema({ type: "object", properties: {} }),
        execute: async () => new Date().toISOString(),
      }),
    },
    stopWhen: stepCountIs(5),
  });
  for await (const chunk of textStream) onChunk(chunk);
}
