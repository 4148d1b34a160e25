// generateContent: https://ai.google.dev/api/generate-content
import { argumentsValue, defined, event, total } from "../parts.js";

const FINISH = { stop: "STOP", length: "MAX_TOKENS", "content-filter": "SAFETY", "tool-calls": "STOP" };
const ERRORS = {
  400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
};

export const provider = "gemini";
export const path = /:(stream)?generateContent$/i;
export const isRequest = (_, body) => Array.isArray(body?.contents);
export const contentType = "text/event-stream";
export const finishReason = (reason) => FINISH[reason] ?? reason;
export const isStreamed = (url) => url.includes(":streamGenerateContent");

export const error = (status, message) => ({ error: { code: status, message, status: ERRORS[status] ?? (status >= 500 ? "INTERNAL" : "FAILED_PRECONDITION") } });

export function writer({ model, finish, usage }) {
  const send = (parts, more) => event({ candidates: [{ content: { parts, role: "model" }, ...more, index: 0 }], ...(more && usage && { usageMetadata: tokens(usage) }), modelVersion: model });
  return {
    open: () => [],
    text: (text) => [send([{ text }])],
    reasoning: (text) => [send([{ text, thought: true }])],
    call: (call) => [send([part(call)])],
    error: (status, message) => [event(error(status, message))],
    close: () => [send([{ text: "" }], { finishReason: finishReason(finish) })],
  };
}

/** The answer of a request that asked for no stream. */
export function document({ model, text, reasoning, calls, finish, usage }) {
  const parts = [...(reasoning ? [{ text: reasoning, thought: true }] : []), ...(text ? [{ text }] : []), ...calls.map(part)];
  const candidates = [{ content: { parts, role: "model" }, finishReason: finishReason(finish), index: 0 }];
  return defined({ candidates, usageMetadata: usage && tokens(usage), modelVersion: model });
}

const part = (call) => ({ functionCall: { id: call.id, name: call.name, args: argumentsValue(call, "gemini") } });

/** Gemini counts the tokens of its thoughts apart. */
const tokens = (usage) => defined({
  promptTokenCount: usage.inputTokens,
  candidatesTokenCount: usage.outputTokens === undefined ? undefined : usage.outputTokens - (usage.reasoningTokens ?? 0),
  thoughtsTokenCount: usage.reasoningTokens,
  cachedContentTokenCount: usage.cachedInputTokens,
  totalTokenCount: total(usage),
});
