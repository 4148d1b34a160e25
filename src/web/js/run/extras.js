// What a run does besides asking.
import { RefinireError } from "../error.js";
import { packed } from "./attachments.js";
import { Evaluation, judgeOptions } from "./evaluation.js";
import { filled } from "./names.js";
import { routed, routerOptions } from "./routing.js";
import { Structured } from "./structured.js";
import { runCalls } from "./tools.js";

export class Extras {
  #features;
  #input;
  #context;
  #run;
  #tell;
  #structured;
  #evaluation;
  #judge;
  #router;
  #schemaRetries;
  // How much of the text is that of earlier turns, those between which tools ran.
  #earlier = 0;

  /** `features` are the agent's; `input` is the question, `context` the caller's, if there is one; `run` is the core's; `agent(options)` makes another agent. */
  constructor(features, input, context, run, agent) {
    const { outputSchema, evaluation, options, routing, schemaRetries } = features;
    this.#features = features;
    this.#input = input;
    this.#context = context;
    this.#run = run;
    this.#tell = (event) => run.tell(event);
    this.#schemaRetries = schemaRetries;
    if (outputSchema) this.#structured = new Structured(outputSchema, run, this.#tell);
    // What a resumed run brings begins in the middle of the value.
    if (input === undefined) this.#structured?.wait();
    if (this.#structured) run.onText((text) => this.#structured.push(text));
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

  /** The instructions with what is shared; `prompt` is asked instead of the question, if there is one. */
  put(instructions, prompt) {
    if (prompt) this.#input = prompt;
    return this.#context ? filled(instructions, this.#context) : instructions;
  }

  /** The turn that ends with these calls has been handed on. */
  calls(calls, signal) {
    this.#structured?.restart();
    this.#earlier = this.#run.chars;
    return runCalls(calls, this.#features.tools, { context: this.#context, signal }, this.#run, this.#tell);
  }

  /** Looks at a whole answer. Gives what of it goes into the result, or a prompt where there is to be another. */
  async review({ text, finishReason, attempts }, signal) {
    if (finishReason === "tool-calls") return {};
    let content = text;
    try {
      if (this.#structured) content = await this.#structured.value(this.#lastTurn(text), text);
    } catch (error) {
      if (this.#schemaRetries-- <= 0) throw error;
      this.#tell({ type: "retry", attempt: attempts + 1, delayMs: 0, error });
      return this.#again(`Your answer cannot be used: ${error.message}\n\nGive it again, whole and corrected, as JSON and nothing else.`);
    }
    await this.#guard(content, text);
    const result = { content, hasContent: true };
    if (this.#evaluation) {
      const { evaluation, prompt } = await this.#evaluation.of(this.#input, text, signal);
      this.#tell({ type: "evaluation", ...evaluation });
      if (prompt) return this.#again(prompt);
      Object.assign(result, { evaluation });
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

  /** Of an answer that has been handed on: behind the calls, if there were any. */
  #lastTurn(text) {
    return this.#earlier > 0 ? text.slice(text.length + this.#earlier - this.#run.chars) : text;
  }

  #again(prompt) {
    this.#structured?.restart();
    this.#earlier = 0;
    return { prompt };
  }

  async #guard(content, partialText) {
    for (const guardrail of this.#features.outputGuardrails ?? []) {
      let passed;
      try {
        passed = await guardrail(content);
      } catch (cause) {
        throw new RefinireError("an output guardrail threw", { code: "guardrail", partialText, cause });
      }
      if (!passed) throw new RefinireError("an output guardrail refused the answer", { code: "guardrail", partialText });
    }
  }
}
