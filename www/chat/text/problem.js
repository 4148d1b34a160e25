// What stands below the last message, in words: what went wrong, and what can be done about it.
import { filledWithTime } from "./duration.js";

const BY_CODE = {
  "invalid-argument": "Setup",
  "not-initialized": "Setup",
  guardrail: "Refused",
  network: "Network",
  timeout: "Timeout",
  truncated: "Truncated",
  protocol: "Protocol",
  schema: "Protocol",
  provider: "Server",
  http: "Server",
};

const BY_STATUS = {
  400: "Rejected",
  401: "Access",
  402: "Access",
  403: "Access",
  404: "Missing",
  408: "Timeout",
  413: "TooLong",
  422: "Rejected",
  429: "Busy",
};

// What the question has to be changed for: the same one would fail again.
const TO_EDIT = ["Attachment", "Refused", "Rejected", "Missing", "TooLong"];

// How providers and servers say that the request does not fit into the model's context.
const TOO_LONG = /context.?(length|window|size)|maximum context|(prompt|input|request|conversation) (is )?too (long|large)|too many (input )?tokens|exceeds?\b.{0,60}\btokens/i;

// How the library says that a provider does not take a kind of file.
const NO_ATTACHMENT = /takes no attachment/;

/** `isOffline` is whether the browser has no network at the moment. */
function kindOf({ code, status, partialText, message } = {}, isOffline) {
  // Some report it as an error inside the answer, without a status.
  if ((status === 400 || status === 422 || code === "provider") && TOO_LONG.test(message)) return "TooLong";
  if (code === "invalid-argument" && NO_ATTACHMENT.test(message)) return "Attachment";
  if (BY_STATUS[status]) return BY_STATUS[status];
  // To the reader a connection that breaks behind some text is a cut, whatever broke it.
  if (code === "network" && partialText) return "Truncated";
  if (code === "network" && isOffline) return "Offline";
  return BY_CODE[code] ?? "Other";
}

/** What a run has just failed with, as it is kept until the next one. `until` is NaN where the error does not say how long to wait. */
export const problemOf = (error) => ({ error, until: Date.now() + error?.retryAfterMs });

function explain({ error }, kind, texts, locale) {
  const waitMs = error?.retryAfterMs;
  const advice = kind === "Busy" && waitMs > 1000 ? filledWithTime(texts.adviceBusyFor, waitMs, locale) : texts[`advice${kind}`];
  return { title: texts[`error${kind}`], advice, detail: String(error?.message ?? error) };
}

const EARLY = { length: "lengthReached", limit: "limitReached", "content-filter": "filtered" };

/** A word on an answer that ended otherwise than expected, or nothing. `isWarning` is false for what the reader did. */
export function remark({ finishReason, text, toolCalls, files }, texts) {
  if (finishReason === "aborted") return { text: texts.stopped, isWarning: false };
  if (EARLY[finishReason]) return { text: texts[EARLY[finishReason]], isWarning: true };
  return text || toolCalls?.length || files?.length ? undefined : { text: texts.empty, isWarning: true };
}

/** What there is to say below the messages, and what can be done about it; nothing where all is well. `actions` are names of texts,
 *  `until` is when the question may be asked again. */
export function statusOf({ problem, note, isFresh }, { last, canAct, canResume, isOffline, locale }, texts) {
  const offer = (...names) => (canAct ? names.filter((name) => name && (name !== "resume" || (last?.interrupted && canResume))) : []);
  if (problem) {
    const kind = kindOf(problem.error ?? undefined, isOffline);
    const actions = TO_EDIT.includes(kind) ? offer("edit") : offer("resume", "retry");
    return { ...explain(problem, kind, texts, locale), actions, until: kind === "Busy" ? problem.until : undefined };
  }
  if (last?.role === "user") {
    return note || isFresh ? { note: note?.text ?? texts.unanswered, isWarning: note?.isWarning, actions: offer("retry") } : undefined;
  }
  if (last?.interrupted) return { note: note?.text ?? texts.interrupted, isWarning: note?.isWarning, actions: offer("resume", "retry") };
  return last && note ? { note: note.text, isWarning: note.isWarning } : undefined;
}
