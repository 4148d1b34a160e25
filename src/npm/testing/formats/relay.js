// A backend of one's own: {message, messages, model} up, `data: {"chunk": "…"}` … `data: {"complete": true}` down.
import { event, Mistake } from "../parts.js";

export const provider = "relay";
// It may be asked at any path.
export const path = undefined;
export const isRequest = (_, body) => typeof body?.message === "string";
export const contentType = "text/event-stream";
export const isStreamed = () => true;

export const error = (status, message) => ({ error: { message, code: status } });

export function writer({ finish, usage }) {
  const lacks = (what) => {
    throw new Mistake(`a relay sends text only: it has no ${what}`);
  };
  if (usage) lacks("usage");
  if (finish !== "stop" && finish !== "tool-calls") lacks("finish reason");
  return {
    open: () => [],
    text: (chunk) => [event({ chunk })],
    reasoning: () => lacks("reasoning"),
    call: () => lacks("tool calls"),
    error: (status, message) => [event(error(status, message))],
    close: () => [event({ complete: true })],
  };
}
