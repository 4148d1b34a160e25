// What a run does besides asking.
import { packed } from "./attachments.js";
import { Evaluation, judgeOptions } from "./evaluation.js";
import { kit } from "./kit.js";
import { filled } from "./names.js";
import { routed, routerOptions } from "./routing.js";
import { Structured } from "./structured.js";
import { runCalls } from "./tools.js";

export class Extras {
  #features;
  #input;
  #context;
  #tell;
  #structured;
  #evaluation;
  #judge;
  #router;
  #schemaRetries;

  /** `features` are the agent's; `input` is the question, `context` the caller's, if there is one; `tell` takes events; `agent(options)` makes another agent. */
  constructor(features, input, context, tell, agent) {
    const { outputSchema, evaluation, options, routing, schemaRetries } = features;
    this.#features = features;
    this.#input = input;
    this.#context = context;
    this.#tell = tell;
    this.#schemaRetries = schemaRetries;
    if (outputSchema) this.#structured = new Structured(outputSchema, features.told.outputSchema?.type, tell);
    if (evaluation) {
      this.#judge = agent(judgeOptions(options));
      this.#evaluation = new Evaluation(this.#judge, evaluation);
    }
    if (routing) this.#router = agent(routerOptions(options));
  }

  /** What the question comes with, as the core reads it. */
  async packed(attachments) {
    return JSON.stringify(await packed(attachments));
  }

  /** What is asked otherwise, as the core reads it: `instructions` with what is shared; `prompt` instead of the question, if there is one. */
  put(instructions, prompt) {
    if (prompt) this.#input = prompt;
    return JSON.stringify({ instructions: this.#context ? filled(instructions, this.#context) : instructions, prompt });
  }

  /** More of the text has been handed on. */
  push(text) {
    this.#structured?.push(text);
  }

  calls(calls, signal) {
    return runCalls(calls, this.#features.tools, { context: this.#context, signal }, this.#tell);
  }

  /** Looks at a whole answer. Gives what of it goes into the result, or a prompt where there is to be another. */
  async review({ text, finishReason, attempts }, signal) {
    if (finishReason === "tool-calls") return {};
    let content = text;
    try {
      if (this.#structured) content = await this.#structured.value(text);
    } catch (error) {
      if (this.#schemaRetries-- <= 0) throw error;
      this.#tell({ type: "retry", attempt: attempts + 1, delayMs: 0, error });
      return this.#again(`Your answer cannot be used: ${error.message}\n\nGive it again, whole and corrected, as JSON and nothing else.`);
    }
    await this.#guard(content);
    const result = { content };
    if (this.#evaluation) {
      const { evaluation, prompt } = await this.#evaluation.of(this.#input, text, signal);
      this.#tell({ type: "evaluation", ...evaluation });
      if (prompt) return this.#again(prompt);
      Object.assign(result, { evaluation, success: evaluation.passed });
    }
    if (this.#router) result.routing = await this.#route(text, signal);
    return result;
  }

  async #route(text, signal) {
    const routing = await routed(this.#router, this.#features.routing.destinations, this.#input, text, signal);
    this.#tell({ type: "routing", ...routing });
    if (this.#context) this.#context.routingResult = routing;
    this.#context?.goto(routing.nextRoute);
    return routing;
  }

  free() {
    this.#judge?.free();
    this.#router?.free();
  }

  #again(prompt) {
    this.#structured?.restart();
    return { prompt };
  }

  async #guard(content) {
    for (const guardrail of this.#features.outputGuardrails ?? []) {
      let passed;
      try {
        passed = await guardrail(content);
      } catch (cause) {
        throw new kit.RefinireError("an output guardrail threw", { code: "guardrail", cause });
      }
      if (!passed) throw new kit.RefinireError("an output guardrail refused the answer", { code: "guardrail" });
    }
  }
}
