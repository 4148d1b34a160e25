// An answer is judged by a model, and asked for again while it is not good enough, as Refinire does it.
import { kit } from "./kit.js";

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

/** What the judging agent is made of: the agent's own options, but for what it is to do. */
export const judgeOptions = (options) => ({
  ...options,
  name: `${options.name} (evaluation)`,
  model: options.evaluation.model ?? options.model,
  // A model of its own may be another provider's.
  ...(options.evaluation.model?.includes("://") && { provider: undefined }),
  generationInstructions: `You judge answers. ${options.evaluation.instructions}\n\nGive a score from 0 to 100, and say in \`feedback\` what is to be improved.`,
  outputSchema: SCORE,
  // Its events are none of the run's.
  middleware: options.middleware?.map(({ request }) => ({ request })),
  // What is said of the answer is not said of a judgement.
  ...{ tools: undefined, evaluation: undefined, inputGuardrails: undefined, outputGuardrails: undefined, providerOptions: undefined, limits: undefined, maxTokens: undefined },
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
    const { content } = await this.#judge.run(`# Question\n\n${input}\n\n# Answer\n\n${text}`, { signal }).catch((cause) => {
      const message = `the answer could not be judged: ${kit.describe(cause)}`;
      throw new kit.RefinireError(message, { ...cause, partialText: text, cause });
    });
    const score = Number(content?.score);
    const feedback = typeof content?.feedback === "string" ? content.feedback : undefined;
    return { score: Math.min(Math.max(Number.isFinite(score) ? score : 0, 0), 100), feedback };
  }
}

const improved = (input, score, threshold, feedback) =>
  `Your answer was judged with ${score} of 100 points; ${threshold} are needed.\n\n` +
  `${feedback ? `What is to be improved:\n${feedback}\n\n` : ""}Answer this again, better, and with nothing but the answer:\n\n${input}`;
