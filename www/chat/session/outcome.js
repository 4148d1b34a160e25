// What a run leaves behind for the reader.
import { problemOf, remark } from "../text/problem.js";
import { questionOf, turnsOf } from "./turns.js";

/** Of a run that has ended by itself or was stopped. */
export const outcomeOf = (result, texts) => ({ note: remark(result, texts), answered: result.finishReason === "aborted" ? undefined : result });

/** Of a run that has failed. The question is kept where the conversation has not taken it. */
export function failureOf(error, run) {
  const problem = problemOf(error);
  const turns = run.context ? turnsOf(run.context.messages) : [];
  const isKept = turns.some(({ role, text }, at) => at >= run.base - 1 && role === "user" && text === run.question);
  return { problem, unsent: run.question === undefined || isKept ? undefined : questionOf(run.question, run) };
}
