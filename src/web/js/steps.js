// The steps of a flow, as users declare them. Their options are checked in src/web/api/flow/steps.rs.
import { checkStep, started } from "./started.js";

class Step {
  constructor(kind, name, given, settings) {
    started();
    Object.assign(this, { kind, name }, given);
    checkStep(this, settings);
  }

  // Vue puts proxies around plain objects, but not around objects with their own tag.
  get [Symbol.toStringTag]() {
    return "Step";
  }
}

/** Runs a function; its return value is the content from there on. */
export class FunctionStep extends Step {
  constructor(name, run, nextStep) {
    super("function", name, { run, nextStep });
  }
}

/** Continues with one of two steps, or with any. */
export class ConditionStep extends Step {
  constructor(name, run, ifTrue, ifFalse) {
    super("condition", name, { run, ifTrue, ifFalse });
  }
}

/** Runs steps at the same time. */
export class ParallelStep extends Step {
  constructor(name, steps, options) {
    // A copy: later changes have no effect.
    super("parallel", name, { ...options, steps: Array.isArray(steps) ? [...steps] : { ...steps } }, options);
  }
}

/** Ends the stream; it continues when the user has answered. */
export class UserInputStep extends Step {
  constructor(name, prompt, nextStep) {
    super("input", name, { prompt, nextStep });
  }
}
