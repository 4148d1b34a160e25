// An answer is judged by a model, and asked for again while it is not good enough, as Refinire does it.
import { asideInput, asideOptions, lenient, unsaid } from "./aside.js";

/** Where `evaluation` does not say, as in Refinire. */
const THRESHOLD = 85;
const MAX_RETRIES = 3;

const SCORE = {
  type: "object",
  properties: {
    score: { type: "number", description: "From 0, useless, to 100, perfect." },
    feedback: { type: "string", description: "What is wrong, and how to mend it." },
  },
  required: ["score", "feedback"],
  additionalProperties: false,
};

/** What the judging agent is made of. */
export const judgeOptions = (options) =>
  asideOptions(options, "evaluation", {
    model: options.evaluation.model,
    generationInstructions: `You judge answers. ${options.evaluation.instructions}\n\nGive a score from 0 to 100, and say in \`feedback\` what is to be improved.`,
    outputSchema: lenient(SCORE, ({ score }) => Number.isFinite(Number(score ?? NaN))),
  });

export class Evaluation {
  #judge;
  #options;
  #retries;

  constructor(judge, options) {
    this.#judge = judge;
    this.#options = options;
    this.#retries = options.maxRetries ?? MAX_RETRIES;
  }

  /** Judges an answer. Gives the evaluation, and a prompt where there is to be another answer. */
  async of(input, text, signal) {
    const { score, feedback } = await this.#score(input, text, signal);
    const threshold = this.#options.threshold ?? THRESHOLD;
    const passed = score >= threshold;
    const evaluation = { score, passed, ...(feedback && { feedback }) };
    if (passed || this.#retries-- <= 0) return { evaluation };
    return { evaluation, prompt: improved(input, score, threshold, feedback) };
  }

  async #score(input, text, signal) {
    const { content } = await this.#judge.run(asideInput(input, text), { signal }).catch((cause) => {
      throw unsaid("judged", cause, text);
    });
    const score = Number(content?.score);
    const feedback = typeof content?.feedback === "string" ? content.feedback : undefined;
    return { score: Math.min(Math.max(Number.isFinite(score) ? score : 0, 0), 100), feedback };
  }
}

const improved = (input, score, threshold, feedback) =>
  `Your answer was judged with ${score} of 100 points; ${threshold} are needed.\n\n` +
  `${feedback ? `What is to be improved:\n${feedback}\n\n` : ""}Answer this again, better, and with nothing but the answer:\n\n${input}`;
