// Responses: https://platform.openai.com/docs/api-reference/responses-streaming
import { argumentsText, defined, event, inPieces, total } from "../parts.js";
import { error } from "./openai.js";

const INCOMPLETE = { length: "max_output_tokens", "content-filter": "content_filter" };
const COMPLETE = ["stop", "tool-calls"];

export { error };
export const provider = "openai-responses";
export const path = /\/responses$/;
export const isRequest = (_, body) => body?.input !== undefined;
export const contentType = "text/event-stream";
export const isStreamed = (_, body) => body?.stream === true;

export function writer({ model, finish, usage }) {
  const output = [];
  let sequence = 0;
  let open;
  const send = (type, rest) => event({ type, sequence_number: sequence++, ...rest }, type);
  const place = () => ({ item_id: open.item.id, output_index: output.length });

  function close() {
    if (!open) return [];
    const events = open.end();
    output.push(open.item);
    open = undefined;
    return events;
  }

  /** Opens the item of this kind, unless it is the open one. */
  function inItem(kind, make) {
    if (open?.kind === kind) return [];
    const events = close();
    const made = make(output.length);
    open = { kind, ...made };
    return [...events, send("response.output_item.added", { output_index: output.length, item: { ...made.item, ...made.empty } }), ...made.begin()];
  }

  const message = (index) => {
    const part = { type: "output_text", annotations: [], text: "" };
    const item = { id: `msg_${index}`, type: "message", status: "completed", role: "assistant", content: [part] };
    const at = () => ({ ...place(), content_index: 0 });
    return {
      item,
      empty: { status: "in_progress", content: [] },
      begin: () => [send("response.content_part.added", { ...at(), part: { ...part, text: "" } })],
      add: (delta) => ((part.text += delta), send("response.output_text.delta", { ...at(), delta })),
      end: () => [
        send("response.output_text.done", { ...at(), text: part.text }),
        send("response.content_part.done", { ...at(), part }),
        send("response.output_item.done", { output_index: output.length, item }),
      ],
    };
  };

  const thought = (index) => {
    const part = { type: "summary_text", text: "" };
    const item = { id: `rs_${index}`, type: "reasoning", summary: [part] };
    const at = () => ({ ...place(), summary_index: 0 });
    return {
      item,
      empty: { summary: [] },
      begin: () => [send("response.reasoning_summary_part.added", { ...at(), part: { ...part, text: "" } })],
      add: (delta) => ((part.text += delta), send("response.reasoning_summary_text.delta", { ...at(), delta })),
      end: () => [
        send("response.reasoning_summary_text.done", { ...at(), text: part.text }),
        send("response.reasoning_summary_part.done", { ...at(), part }),
        send("response.output_item.done", { output_index: output.length, item }),
      ],
    };
  };

  const called = (call) => (index) => {
    const item = { id: `fc_${index}`, type: "function_call", status: "completed", call_id: call.id, name: call.name, arguments: argumentsText(call) };
    return {
      item,
      empty: { status: "in_progress", arguments: "" },
      begin: () => inPieces(item.arguments).map((delta) => send("response.function_call_arguments.delta", { ...place(), delta })),
      end: () => [
        send("response.function_call_arguments.done", { ...place(), arguments: item.arguments }),
        send("response.output_item.done", { output_index: output.length, item }),
      ],
    };
  };

  const response = (status, more) => ({ id: "resp_1", object: "response", created_at: 1700000000, model, status, error: null, incomplete_details: null, output, ...more });
  return {
    open: () => [send("response.created", { response: response("in_progress") })],
    text: (text) => [...inItem("text", message), open.add(text)],
    reasoning: (text) => [...inItem("reasoning", thought), open.add(text)],
    call: (call) => [...inItem(call, called(call)), ...close()],
    error: (status, text) => [send("error", error(status, text))],
    close() {
      const events = close();
      const { status, incomplete_details } = ending(finish);
      return [...events, send(`response.${status}`, { response: response(status, defined({ incomplete_details, usage: usage && tokens(usage) })) })];
    },
  };
}

/** The answer of a request that asked for no stream. */
export function document({ model, text, reasoning, calls, finish, usage }) {
  const output = [
    ...(reasoning ? [{ id: "rs_0", type: "reasoning", summary: [{ type: "summary_text", text: reasoning }] }] : []),
    ...(text ? [{ id: "msg_0", type: "message", status: "completed", role: "assistant", content: [{ type: "output_text", annotations: [], text }] }] : []),
    ...calls.map((call, index) => ({ id: `fc_${index}`, type: "function_call", status: "completed", call_id: call.id, name: call.name, arguments: argumentsText(call) })),
  ];
  return defined({ id: "resp_1", object: "response", created_at: 1700000000, model, error: null, output, ...ending(finish), usage: usage && tokens(usage) });
}

function ending(finish) {
  if (COMPLETE.includes(finish)) return { status: "completed" };
  return { status: "incomplete", incomplete_details: { reason: INCOMPLETE[finish] ?? finish } };
}

const tokens = (usage) => defined({
  input_tokens: usage.inputTokens,
  input_tokens_details: usage.cachedInputTokens === undefined ? undefined : { cached_tokens: usage.cachedInputTokens },
  output_tokens: usage.outputTokens,
  output_tokens_details: usage.reasoningTokens === undefined ? undefined : { reasoning_tokens: usage.reasoningTokens },
  total_tokens: total(usage),
});
