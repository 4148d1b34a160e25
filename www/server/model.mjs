// A stand-in for a model: canned answers, sent in every provider's own wire format, no key needed.
import { setMaxListeners } from "node:events";

import { LLMock } from "@copilotkit/aimock";

import { answerFor, answers, begunIn, failures } from "./answers.mjs";
import { briefFor, isBrief } from "./briefs.mjs";
import { pieceLength, restOf } from "./pieces.mjs";
import { filledIn, isForm } from "./trips.mjs";

const PACES = {
  real: { ttft: 450, tps: 48, jitter: 0.5 },
  fast: { ttft: 20, tps: 400, jitter: 0 },
};

// For what has no surrogate pairs, or is not known beforehand.
const PIECE = 5;

// So short that two who write at once can be watched.
const BRIEF_PIECE = 3;

const tokensIn = (text) => Math.ceil(text.length / 4);

function promptOf(messages) {
  return messages.map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content ?? ""))).join("\n");
}

function respond({ text, reasoning }, messages) {
  const input = tokensIn(promptOf(messages));
  const output = tokensIn(text + (reasoning ?? ""));
  return {
    content: text,
    ...(reasoning && { reasoning }),
    usage: { prompt_tokens: input, completion_tokens: output, input_tokens: input, output_tokens: output },
  };
}

function respondToForm(request) {
  const { calls, text } = filledIn(request);
  if (!calls) return respond({ text }, request.messages);
  const toolCalls = calls.map(([name, input]) => ({ name, arguments: JSON.stringify(input) }));
  // Gemini ends a turn that calls like any other; the stand-in would say FUNCTION_CALL, which Gemini never says.
  return request.model.startsWith("gemini") ? { toolCalls, finishReason: "stop" } : { toolCalls };
}

function teach(model, answer, streamingProfile) {
  const { text: told, reasoning, cutAfter } = answer;
  const chunkSize = typeof told === "function" ? PIECE : pieceLength(told);
  const textFor = (messages) => (typeof told === "function" ? told(messages) : told);
  const isAsked = ({ messages }) => answerFor(messages) === answer;
  const isBegun = (request) => isAsked(request) && begunIn(request.messages) !== "";
  const rest = ({ messages }) => respond({ text: restOf(textFor(messages), begunIn(messages), chunkSize) }, messages);
  // Cut once only, and thought about once.
  model.on({ predicate: isBegun }, rest, { streamingProfile, chunkSize });
  model.on({ predicate: isAsked }, ({ messages }) => respond({ text: textFor(messages), reasoning }, messages),
    { streamingProfile, chunkSize, ...(cutAfter && { truncateAfterChunks: cutAfter }) });
}

export async function startModel(pace = "real") {
  const streamingProfile = PACES[pace];
  if (!streamingProfile) throw new Error(`DEMO_PACE is "${pace}", but has to be ${Object.keys(PACES).join(" or ")}.`);

  // For a line it is going to cut, the stand-in hangs a listener on one signal for each chunk.
  setMaxListeners(1000);
  const model = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent", journalMaxEntries: 1 });
  for (const { when, ...failure } of failures) model.onMessage(when, failure);
  model.on({ predicate: isForm }, respondToForm, { streamingProfile, chunkSize: PIECE });
  model.on({ predicate: isBrief }, (request) => respond({ text: briefFor(request) }, request.messages), { streamingProfile, chunkSize: BRIEF_PIECE });
  for (const answer of answers) teach(model, answer, streamingProfile);
  await model.start();
  return model;
}
