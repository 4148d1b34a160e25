// What an answer is made of. A step is a plain object with a `type`; a string is a piece of text.

/** An answer: pieces of text, and other steps. */
export const reply = (...steps) => ({ type: "reply", steps: steps.map((step) => (typeof step === "string" ? { type: "text", text: step } : step)) });

/** An HTTP status instead of an answer. */
export const httpError = (status, { message, retryAfter, headers, body } = {}) => ({ type: "http-error", status, message, retryAfter, headers, body });

/** No answer at all: `fetch` rejects, as it does without a network. */
export const networkError = (message = "Failed to fetch") => ({ type: "network-error", message });

export const reasoning = (...pieces) => ({ type: "reasoning", pieces });

export const toolCall = (name, input = {}, { id } = {}) => ({ type: "tool-call", name, input, id });

export const usage = (tokens) => ({ type: "usage", usage: tokens });

export const finish = (reason) => ({ type: "finish", reason });

export const errorEvent = (status = 503, { message } = {}) => ({ type: "error", status, message });

export const raw = (text) => ({ type: "raw", text });

export const disconnect = (message = "network error") => ({ type: "disconnect", message });

export const truncate = () => ({ type: "truncate" });

/** Waits here: for milliseconds, for a promise, or until `release()`. */
export function pause(until) {
  let release;
  let reach;
  const released = new Promise((resolve) => (release = resolve));
  const reached = new Promise((resolve) => (reach = resolve));
  return { type: "pause", until: until ?? released, reached, reach, release };
}
