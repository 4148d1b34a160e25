// Chat Completions: https://platform.openai.com/docs/api-reference/chat-streaming
import { argumentsText, defined, event, inPieces, total } from "../parts.js";

const FINISH = { stop: "stop", length: "length", "content-filter": "content_filter", "tool-calls": "tool_calls" };
const ERRORS = {
  401: { type: "invalid_request_error", code: "invalid_api_key" },
  404: { type: "invalid_request_error", code: "model_not_found" },
  429: { type: "rate_limit_error", code: "rate_limit_exceeded" },
};

export const provider = "openai";
export const path = /\/chat\/completions$/;
// Anthropic's have `messages` too, and Ollama's, which its path tells apart.
export const isRequest = (headers, body) => Array.isArray(body?.messages) && !headers.has("anthropic-version");
export const contentType = "text/event-stream";
export const finishReason = (reason) => FINISH[reason] ?? reason;
export const isStreamed = (_, body) => body?.stream === true;

export function error(status, message) {
  const known = ERRORS[status] ?? (status >= 500 ? { type: "server_error", code: "server_error" } : { type: "invalid_request_error", code: null });
  return { error: { message, param: null, ...known } };
}

export function writer({ model, finish, usage }) {
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1700000000, model };
  const chunk = (delta, finish_reason = null) => event({ ...head, choices: [{ index: 0, delta, finish_reason }] });
  let calls = 0;
  return {
    open: () => [chunk({ role: "assistant", content: "" })],
    text: (content) => [chunk({ content })],
    reasoning: (reasoning_content) => [chunk({ reasoning_content })],
    call(call) {
      const index = calls++;
      const begun = { index, id: call.id, type: "function", function: { name: call.name, arguments: "" } };
      const more = inPieces(argumentsText(call)).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
      return [chunk({ tool_calls: [begun] }), ...more];
    },
    error: (status, message) => [event(error(status, message))],
    close: () => [chunk({}, finishReason(finish)), ...(usage ? [event({ ...head, choices: [], usage: tokens(usage) })] : []), "data: [DONE]\n\n"],
  };
}

/** The answer of a request that asked for no stream. */
export function document({ model, text, reasoning, calls, finish, usage }) {
  const tool_calls = calls.map((call) => ({ id: call.id, type: "function", function: { name: call.name, arguments: argumentsText(call) } }));
  const message = defined({
    role: "assistant",
    content: text || null,
    reasoning_content: reasoning || undefined,
    tool_calls: tool_calls.length > 0 ? tool_calls : undefined,
  });
  const choices = [{ index: 0, message, finish_reason: finishReason(finish) }];
  return defined({ id: "chatcmpl-1", object: "chat.completion", created: 1700000000, model, choices, usage: usage && tokens(usage) });
}

const tokens = (usage) => defined({
  prompt_tokens: usage.inputTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: total(usage),
  prompt_tokens_details: usage.cachedInputTokens === undefined ? undefined : { cached_tokens: usage.cachedInputTokens },
  completion_tokens_details: usage.reasoningTokens === undefined ? undefined : { reasoning_tokens: usage.reasoningTokens },
});
