// From the steps of a reply to what is sent.
import { Mistake } from "./parts.js";

const STATUS_WORDS = { 401: "Invalid API key", 404: "Not found", 429: "Too many requests", 503: "Overloaded", 529: "Overloaded" };

/** The words of an error without any. */
export const wordsFor = (status, message) => message ?? STATUS_WORDS[status] ?? `Failed with status ${status}`;

/** What concerns a reply as a whole, wherever it stands in it. */
export function summed(steps) {
  const last = (type) => steps.findLast((step) => step.type === type);
  const finish = last("finish")?.reason ?? (steps.some(({ type }) => type === "tool-call") ? "tool-calls" : "stop");
  return { finish, usage: last("usage")?.usage };
}

/** What a step says in the format, as its events. */
function written(step, writer) {
  switch (step?.type) {
    case "text": return writer.text(step.text);
    case "reasoning": return step.pieces.flatMap((piece) => writer.reasoning(piece));
    case "tool-call": return writer.call(step);
    case "error": return writer.error(step.status, wordsFor(step.status, step.message));
    case "raw": return [step.text];
    case "usage": case "finish": return [];
    default: throw new Mistake(`${JSON.stringify(step)} is no step of a reply`);
  }
}

const ENDS = ["disconnect", "truncate", "error"];

/** The streamed answer as a list of pieces, { text }, and of the steps that are no text: pauses and ends. */
export function streamed(steps, format, model) {
  const writer = format.writer({ model, ...summed(steps) });
  const list = writer.open().map((text) => ({ text }));
  for (const step of steps) {
    const isText = !["pause", "disconnect", "truncate"].includes(step?.type);
    list.push(...(isText ? written(step, writer).map((text) => ({ text })) : [step]));
    if (ENDS.includes(step.type)) return list;
  }
  return [...list, ...writer.close().map((text) => ({ text }))];
}

/** The same for a request that asked for one document: `{ status, list }`. */
export function whole(steps, format, model) {
  const sum = { text: "", reasoning: "", calls: [] };
  const list = [];
  for (const step of steps) {
    if (step.type === "text") sum.text += step.text;
    else if (step.type === "reasoning") sum.reasoning += step.pieces.join("");
    else if (step.type === "tool-call") sum.calls.push(step);
    else if (step.type === "pause") list.push(step);
    else if (step.type === "disconnect" || step.type === "truncate") return { status: 200, list: [...list, step] };
    else if (step.type === "error") return { status: step.status, list: [...list, { text: JSON.stringify(format.error(step.status, wordsFor(step.status, step.message))) }] };
  }
  return { status: 200, list: [...list, { text: JSON.stringify(format.document({ model, ...sum, ...summed(steps) })) }] };
}
