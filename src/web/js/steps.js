// The steps of a flow, as users declare them. What they are given is checked in src/web/api/flow/steps.rs.
import { checkStep, started } from "./started.js";

class Step {
  constructor(kind, name, given, settings) {
    started();
    Object.assign(this, { kind, name }, given);
    checkStep(this, settings);
  }

  // What has a name of its own is left as it is by Vue, which puts proxies around other objects.
  get [Symbol.toStringTag]() {
    return "Step";
  }
}

/** Runs a function; what it gives is the content from there on. */
export class FunctionStep extends Step {
  constructor(name, run, nextStep) {
    super("function", name, { run, nextStep });
  }
}

/** Goes on to one of two steps, or to any. */
export class ConditionStep extends Step {
  constructor(name, run, ifTrue, ifFalse) {
    super("condition", name, { run, ifTrue, ifFalse });
  }
}

/** Runs steps at once. */
export class ParallelStep extends Step {
  constructor(name, steps, options) {
    // As they are now.
    super("parallel", name, { ...options, steps: Array.isArray(steps) ? [...steps] : { ...steps } }, options);
  }
}

/** Ends the stream, to go on when the user has answered. */
export class UserInputStep extends Step {
  constructor(name, prompt, nextStep) {
    super("input", name, { prompt, nextStep });
  }
}
