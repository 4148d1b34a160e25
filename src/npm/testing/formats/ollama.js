// Chat: https://docs.ollama.com/api/chat
import { argumentsValue, defined } from "../parts.js";

const FINISH = { "tool-calls": "stop" };

export const provider = "ollama";
export const path = /\/api\/chat$/;
// Without its path it looks like Chat Completions.
export const isRequest = () => false;
export const contentType = "application/x-ndjson";
export const finishReason = (reason) => FINISH[reason] ?? reason;
export const isStreamed = (_, body) => body?.stream !== false;

export const error = (_, message) => ({ error: message });

export function writer({ model, finish, usage }) {
  const line = (given) => `${JSON.stringify(given)}\n`;
  const message = (given) => line({ ...head(model), message: { role: "assistant", content: "", ...given }, done: false });
  return {
    open: () => [],
    text: (content) => [message({ content })],
    reasoning: (thinking) => [message({ thinking })],
    call: (call) => [message({ tool_calls: [called(call)] })],
    error: (status, text) => [line(error(status, text))],
    close: () => [line({ ...head(model), message: { role: "assistant", content: "" }, done: true, done_reason: finishReason(finish), ...tokens(usage) })],
  };
}

/** The answer of a request that asked for no stream. */
export function document({ model, text, reasoning, calls, finish, usage }) {
  const message = defined({ role: "assistant", content: text, thinking: reasoning || undefined, tool_calls: calls.length > 0 ? calls.map(called) : undefined });
  return { ...head(model), message, done: true, done_reason: finishReason(finish), ...tokens(usage) };
}

const head = (model) => ({ model, created_at: "2025-01-01T00:00:00.000000Z" });

const called = (call) => ({ id: call.id, function: { name: call.name, arguments: argumentsValue(call, "ollama") } });

const tokens = (usage) => defined({ prompt_eval_count: usage?.inputTokens, eval_count: usage?.outputTokens });
