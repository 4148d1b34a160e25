// What a run leaves behind for the reader, and in the conversation.
import { problemOf, remark } from "../text/problem.js";
import { described } from "./accept.js";
import { turnsOf } from "./turns.js";

/** Of a run that has ended by itself or was stopped. */
export const outcomeOf = (result, texts) => ({ note: remark(result, texts), answered: result.finishReason === "aborted" ? undefined : result });

/** Of a run that has failed. The question is kept where the conversation has not taken it. */
export function failureOf(error, run) {
  const problem = problemOf(error, Date.now());
  const last = run.context && turnsOf(run.context.messages).at(-1);
  const isUnsent = run.question !== undefined && last?.role !== "assistant" && last?.text !== run.question;
  return { problem, unsent: isUnsent ? { text: run.question, at: run.at, attachments: run.attachments.map(described) } : undefined };
}

/** A flow may add nothing to its conversation: then the element does. */
export function keep(context, { question, base }, { text }) {
  if (turnsOf(context.messages).length > base) return;
  context.addUserMessage(question);
  if (text) context.addAssistantMessage(text);
}
