// What stands below the last message, in words: what went wrong, and what can be done about it.
import { filled } from "./texts.js";

const BY_CODE = {
  "invalid-argument": "Setup",
  "not-initialized": "Setup",
  guardrail: "Refused",
  network: "Network",
  timeout: "Timeout",
  truncated: "Truncated",
  protocol: "Protocol",
  provider: "Server",
  http: "Server",
};

const kindOf = ({ code, status, partialText } = {}) => {
  if (status === 401 || status === 403) return "Access";
  if (status === 404) return "Missing";
  if (status === 429) return "Busy";
  if (status >= 500) return "Server";
  // To the reader a connection that breaks behind some text is a cut, whatever broke it.
  if (code === "network" && partialText) return "Truncated";
  return BY_CODE[code] ?? "Other";
};

/** `edit` is whether the question, rather than the try, should be another one. */
function explain(error, texts) {
  const kind = kindOf(error ?? undefined);
  const seconds = Math.ceil((error?.retryAfterMs ?? 0) / 1000);
  const advice = kind === "Busy" && seconds > 1 ? filled(texts.adviceBusyFor, { seconds }) : texts[`advice${kind}`];
  return { title: texts[`error${kind}`], advice, detail: String(error?.message ?? error), edit: kind === "Refused" };
}

const EARLY = { length: "lengthReached", limit: "limitReached", "content-filter": "filtered" };

/** A word on an answer that ended otherwise than expected, or nothing. */
export function remark({ finishReason, text, toolCalls, files }, texts) {
  if (EARLY[finishReason]) return texts[EARLY[finishReason]];
  if (finishReason !== "aborted" && !text && !toolCalls?.length && !files?.length) return texts.empty;
  return undefined;
}

/** What there is to say below the messages, and what can be done about it; nothing where all is well. `actions` are names of texts. */
export function statusOf({ problem, note, isFresh }, { last, canAct, canResume }, texts) {
  const actions = canAct ? [last?.interrupted && canResume && "resume", "retry"].filter(Boolean) : [];
  if (problem) {
    const { edit, ...told } = explain(problem.error, texts);
    return { ...told, actions: canAct && edit ? ["edit"] : actions };
  }
  if (last?.role === "user") return note || isFresh ? { note: note ?? texts.unanswered, actions } : undefined;
  if (last?.interrupted) return { note: texts.interrupted, actions };
  return last && note ? { note } : undefined;
}
