// What a careful page writes by hand: the read loop, eventsource-parser with its callback, JSON.parse of each event.
import { createParser } from "eventsource-parser";

async function read(fetch, onEvent) {
  const response = await fetch("/v1/chat/completions", { method: "POST" });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

const chat = ({ fetch, onText }) =>
  read(fetch, ({ data }) => {
    if (data === "[DONE]") return;
    const text = JSON.parse(data).choices[0]?.delta.content;
    if (text) onText(text);
  });

const anthropic = ({ fetch, onText }) =>
  read(fetch, ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") onText(event.delta.text);
  });

export const peers = [
  { name: "eventsource-parser", format: "chat", gives: "deltas", answer: chat },
  { name: "eventsource-parser", format: "anthropic", gives: "deltas", answer: anthropic },
];
