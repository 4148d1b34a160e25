// Messages: https://docs.anthropic.com/en/api/messages-streaming
import { argumentsText, argumentsValue, defined, event, inPieces } from "../parts.js";

const FINISH = { stop: "end_turn", length: "max_tokens", "content-filter": "refusal", "tool-calls": "tool_use" };
const ERRORS = {
  400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error", 413: "request_too_large",
  429: "rate_limit_error", 503: "overloaded_error", 529: "overloaded_error",
};

export const provider = "anthropic";
export const path = /\/messages$/;
export const isRequest = (headers) => headers.has("anthropic-version");
export const contentType = "text/event-stream";
export const finishReason = (reason) => FINISH[reason] ?? reason;
export const isStreamed = (_, body) => body?.stream === true;

export const error = (status, message) => ({ type: "error", error: { type: ERRORS[status] ?? (status >= 500 ? "api_error" : "invalid_request_error"), message } });

export function writer({ model, finish, usage }) {
  let index = -1;
  let open;
  const send = (type, rest) => event({ type, ...rest }, type);
  const delta = (given) => send("content_block_delta", { index, delta: given });

  function close() {
    if (!open) return [];
    // The model's thoughts are signed at their end.
    const signed = open === "thinking" ? [delta({ type: "signature_delta", signature: "c2lnbmF0dXJl" })] : [];
    open = undefined;
    return [...signed, send("content_block_stop", { index })];
  }

  /** Opens a block of this kind, unless it is the open one. */
  function inBlock(kind, block) {
    if (open === kind) return [];
    const closed = close();
    index += 1;
    open = kind;
    return [...closed, send("content_block_start", { index, content_block: block })];
  }

  const tokens = usage && inputTokens(usage);
  return {
    open: () => [send("message_start", { message: defined({ ...head(model), content: [], stop_reason: null, stop_sequence: null, usage: tokens && { ...tokens, output_tokens: 1 } }) })],
    text: (text) => [...inBlock("text", { type: "text", text: "" }), delta({ type: "text_delta", text })],
    reasoning: (thinking) => [...inBlock("thinking", { type: "thinking", thinking: "", signature: "" }), delta({ type: "thinking_delta", thinking })],
    call: (call) => [
      ...inBlock(call, { type: "tool_use", id: call.id, name: call.name, input: {} }),
      ...inPieces(argumentsText(call)).map((partial_json) => delta({ type: "input_json_delta", partial_json })),
      ...close(),
    ],
    error: (status, message) => [send("error", error(status, message))],
    close: () => [
      ...close(),
      send("message_delta", defined({ delta: { stop_reason: finishReason(finish), stop_sequence: null }, usage: usage && defined({ output_tokens: usage.outputTokens }) })),
      send("message_stop"),
    ],
  };
}

/** The answer of a request that asked for no stream. */
export function document({ model, text, reasoning, calls, finish, usage }) {
  const content = [
    ...(reasoning ? [{ type: "thinking", thinking: reasoning, signature: "c2lnbmF0dXJl" }] : []),
    ...(text ? [{ type: "text", text }] : []),
    ...calls.map((call) => ({ type: "tool_use", id: call.id, name: call.name, input: argumentsValue(call, "anthropic") })),
  ];
  const tokens = usage && defined({ ...inputTokens(usage), output_tokens: usage.outputTokens });
  return defined({ ...head(model), content, stop_reason: finishReason(finish), stop_sequence: null, usage: tokens });
}

const head = (model) => ({ id: "msg_1", type: "message", role: "assistant", model });

/** Anthropic counts the cached tokens apart. */
const inputTokens = ({ inputTokens, cachedInputTokens }) => defined({
  input_tokens: inputTokens === undefined ? undefined : inputTokens - (cachedInputTokens ?? 0),
  cache_read_input_tokens: cachedInputTokens,
});
