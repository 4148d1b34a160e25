// The AI SDK with its provider for OpenAI-compatible servers.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { streamText } from "ai";

async function answer({ fetch, onText }) {
  const provider = createOpenAICompatible({ name: "bench", baseURL: `${location.origin}/v1`, fetch });
  const { textStream } = streamText({
    model: provider("gpt-4o-mini"),
    prompt: "x",
    maxRetries: 0,
    onError: ({ error }) => console.error(error),
  });
  for await (const text of textStream) onText(text);
}

export const peers = [{ name: "ai streamText", format: "chat", gives: "deltas", slow: true, answer }];
