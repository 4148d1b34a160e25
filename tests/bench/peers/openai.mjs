// OpenAI's own client.
import OpenAI from "openai";

async function answer({ fetch, onText }) {
  const client = new OpenAI({
    apiKey: "none",
    baseURL: `${location.origin}/v1`,
    dangerouslyAllowBrowser: true,
    maxRetries: 0,
    fetch,
  });
  const stream = await client.chat.completions.create({
    model: "gpt-4o-mini",
    messages: [{ role: "user", content: "x" }],
    stream: true,
  });
  for await (const chunk of stream) {
    const text = chunk.choices[0]?.delta.content;
    if (text) onText(text);
  }
}

export const peers = [{ name: "openai", format: "chat", gives: "deltas", slow: true, answer }];
