// The answers that every peer reads: what OpenAI's Chat Completions and Anthropic's Messages send, event by event, and the three ways of
// cutting them into network reads. The words are the same at every length, so a long answer is a short one that goes on.
import { random } from "./random.mjs";

export const CHUNKINGS = ["event", "1460", "16384"];

const WORDS = (
  "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were all her " +
  "stream answer browser module buffer network between without another because through different something understand important example"
).split(" ");
// What answers also contain: escapes, and characters of two, three and four bytes.
const OTHERS = [".", ",", "\n\n", ' "quoted"', "\n- ", " café", " 日本", " 👍", "`", " **"];
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** An answer of `count` text deltas in the wire format `format`: its events as text, and what a reader must get out of them. */
export function answer(format, count) {
  const next = random(1);
  const pick = (from) => from[Math.floor(next() * from.length)];
  const deltas = Array.from({ length: count }, () => (next() < 0.1 ? pick(OTHERS) : ` ${pick(WORDS)}`));
  const events = format === "chat" ? chat(deltas, pick) : anthropic(deltas);
  return { events, text: deltas.join(""), deltas: count };
}

function chat(deltas, pick) {
  const chunk = (choices, usage = null) => {
    const payload = {
      id: "chatcmpl-CVx3nWd0aRk2TqLmB7yHsE9uJzPfG",
      object: "chat.completion.chunk",
      created: 1761000000,
      model: "gpt-4o-mini-2024-07-18",
      service_tier: "default",
      system_fingerprint: "fp_560af6e559",
      choices,
      usage,
    };
    // OpenAI pads its events to hide how long each token is.
    const shown = choices[0]?.delta.content?.length ?? 0;
    payload.obfuscation = Array.from({ length: Math.max(0, 16 - shown) }, () => pick(LETTERS)).join("");
    return `data: ${JSON.stringify(payload)}\n\n`;
  };
  const choice = (delta, finish_reason = null) => [{ index: 0, delta, logprobs: null, finish_reason }];
  const tokens = deltas.length;
  return [
    chunk(choice({ role: "assistant", content: "", refusal: null })),
    ...deltas.map((content) => chunk(choice({ content }))),
    chunk(choice({}, "stop")),
    chunk([], { prompt_tokens: 12, completion_tokens: tokens, total_tokens: tokens + 12 }),
    "data: [DONE]\n\n",
  ];
}

function anthropic(deltas) {
  const event = (type, rest = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const message = {
    id: "msg_01XFDUDYJgAACzvnptvVoYEL",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-5-20250929",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 },
  };
  return [
    event("message_start", { message }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    event("ping"),
    ...deltas.map((text) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } })),
    event("content_block_stop", { index: 0 }),
    event("message_delta", {
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: deltas.length },
    }),
    event("message_stop"),
  ];
}

/** The events as the byte arrays that one network read each gives: views of one buffer, so that the garbage collector has little to look at. */
export function cut(events, chunking) {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(events.join(""));
  const pieces = [];
  for (let from = 0; from < bytes.length; ) {
    const size = chunking === "event" ? encoder.encode(events[pieces.length]).length : Number(chunking);
    pieces.push(bytes.subarray(from, from + size));
    from += size;
  }
  return pieces;
}
