// What the stand-in answers: the same words as that of `make demo`.
import { answerFor, begunIn, failures } from "../../server/answers.mjs";
import { briefFor, isBrief } from "../../server/briefs.mjs";
import { pieceLength, restOf } from "../../server/pieces.mjs";
import { filledIn, isForm } from "../../server/trips.mjs";
import { disconnect, httpError, pause, reasoning, reply, toolCall, usage } from "../../../src/npm/testing/index.js";
import { messagesOf } from "./messages.js";

const PIECE = 5;
const BRIEF_PIECE = 3;

const tokensIn = (text) => Math.ceil(text.length / 4);

/** Answers requests of `refinire-web/testing`: the first piece after `firstMs`, about `eachMs` between two pieces. */
export class Model {
  #firstMs;
  #eachMs;

  constructor({ firstMs, eachMs }) {
    this.#firstMs = firstMs;
    this.#eachMs = eachMs;
  }

  answer(request) {
    const messages = messagesOf(request);
    const asked = { messages, tools: request.body.tools };
    const question = messages.findLast(({ role }) => role === "user")?.content ?? "";
    const failure = failures.find(({ when }) => when.test(question));
    if (failure) return httpError(failure.status, { message: failure.error.message, retryAfter: failure.retryAfter });
    if (isForm(asked)) return this.#fillIn(request, asked);
    if (isBrief(asked)) return this.#say(request, messages, briefFor(asked), { length: BRIEF_PIECE });
    const { text: told, reasoning: thought, cutAfter } = answerFor(messages);
    const text = typeof told === "function" ? told(messages) : told;
    const length = pieceLength(text);
    const begun = begunIn(messages);
    return begun ? this.#say(request, messages, restOf(text, begun, length), { length }) : this.#say(request, messages, text, { length, thought, cutAfter });
  }

  #say({ provider }, messages, text, { length = PIECE, thought = "", cutAfter } = {}) {
    const isRelay = provider === "relay"; // which sends text alone
    const thoughts = isRelay ? [] : this.#written(thought, PIECE, reasoning);
    const steps = [pause(this.#firstMs), ...thoughts, ...this.#written(text, length)];
    if (cutAfter) return reply(...steps.slice(0, 2 * cutAfter), disconnect());
    const prompt = messages.map(({ content }) => content).join("\n");
    const cost = isRelay ? [] : [usage({ inputTokens: tokensIn(prompt), outputTokens: tokensIn(thought + text) })];
    return reply(...steps, ...cost);
  }

  #fillIn(request, asked) {
    const { calls, text } = filledIn(asked);
    return calls ? reply(pause(this.#firstMs), ...calls.map(([name, input]) => toolCall(name, input))) : this.#say(request, asked.messages, text);
  }

  /** A text as a model writes it. */
  *#written(text, length, make = (piece) => piece) {
    for (let at = 0; at < text.length; at += length) {
      yield make(text.slice(at, at + length));
      yield pause(this.#eachMs * (0.5 + Math.random()));
    }
  }
}
