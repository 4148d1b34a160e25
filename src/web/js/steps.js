// The steps of a flow, as users declare them, and what a flow makes of that.
import { RefinireAgent } from "./agent.js";
import { core } from "./module.js";
import { check, invalid, oneOf, pick, refuseUnknown } from "./options.js";

class Step {
  constructor(kind, name, given, shape) {
    core();
    if (typeof name !== "string" || !name) throw invalid(`a ${kind} step: \`name\` must be a string`);
    const of = `${kind} step "${name}"`;
    this.kind = kind;
    this.name = name;
    // A next step of null is none.
    const { nextStep } = given;
    Object.assign(this, check(given, shape, of), nextStep === null && { nextStep });
    for (const must in shape) if (MUST.includes(must) && this[must] === undefined) throw invalid(`${of}: \`${must}\` is missing`);
  }
}

const MUST = ["run", "ifTrue", "ifFalse"];

/** Runs a function; what it gives is the content from there on. */
export class FunctionStep extends Step {
  constructor(name, run, nextStep) {
    super("function", name, { run, nextStep }, { run: "function", nextStep: "string" });
  }
}

/** Goes on to one of two steps, or to any. */
export class ConditionStep extends Step {
  constructor(name, run, ifTrue, ifFalse) {
    super("condition", name, { run, ifTrue, ifFalse }, { run: "function", ifTrue: "string", ifFalse: "string" });
  }
}

const PARALLEL = { nextStep: "string", maxWorkers: "count", onFailure: "string" };

/** Runs steps at once. */
export class ParallelStep extends Step {
  constructor(name, steps, options) {
    super("parallel", name, options ?? {}, PARALLEL);
    oneOf(this.onFailure, ["cancel", "finish"], `parallel step "${name}": \`onFailure\``);
    this.branches = nodesOf(steps, name);
    const far = this.branches.find(({ step, onError }) => step.ifTrue ?? onError?.goto);
    if (far) throw invalid(`parallel step "${name}": behind the branch "${far.name}" there is no other step`);
    if (this.branches.some(asks)) throw invalid(`parallel step "${name}": a branch cannot wait for the user`);
  }
}

/** Ends the stream, to go on when the user has answered. */
export class UserInputStep extends Step {
  constructor(name, prompt, nextStep) {
    super("input", name, { nextStep }, { nextStep: "string" });
    if (!prompt || !["string", "function"].includes(typeof prompt)) throw invalid(`input step "${name}": \`prompt\` must be a string or a function`);
    this.prompt = prompt;
  }
}

const DEFINITION = { nextStep: "string", storeResultKey: "string", maxWorkers: "count", onFailure: "string", onError: "object" };
const DEFINED = [...Object.keys(DEFINITION), "agent", "parallel", "step"];
const ON_ERROR = { retry: "number", goto: "string" };

/** The nodes of what users declare: steps with everything that goes with them, each with a name of its own. */
export function nodesOf(steps, of) {
  const isList = Array.isArray(steps);
  const entries = isList ? steps.map((step, place) => (Array.isArray(step) ? step : [step?.name || `step_${place + 1}`, step])) : Object.entries(Object(steps));
  if (entries.length === 0) throw invalid(`${of}: at least one step is needed`);
  const nodes = entries.map(([name, given]) => nodeOf(name, given, `${of}: step "${name}"`));
  const twice = nodes.find(({ name }, place) => nodes.findIndex((node) => node.name === name) !== place);
  if (twice) throw invalid(`${of}: two steps of the name "${twice.name}"`);
  return nodes;
}

function nodeOf(name, given, of) {
  if (typeof given === "function") return { name, kind: "function", step: { run: given } };
  const { agent, parallel, step } = Object(given);
  const inner = agent ?? step ?? (parallel ? new ParallelStep(name, parallel, { maxWorkers: given.maxWorkers, onFailure: given.onFailure }) : given);
  if (inner !== given) refuseUnknown(given, DEFINED, of);
  const { nextStep, ...own } = inner === given ? {} : pick(given, DEFINITION, of);
  if (own.onError) {
    // A value may be anything.
    refuseUnknown(own.onError, [...Object.keys(ON_ERROR), "value"], `${of}: \`onError\``);
    pick(own.onError, ON_ERROR, `${of}: \`onError\``);
  }
  const node = inner === given ? { name, step: given } : { ...nodeOf(name, inner, of), ...own };
  node.kind ??= given instanceof RefinireAgent ? "agent" : given?.kind;
  if (!node.kind) throw invalid(`${of}: this is no step`);
  node.next = given.nextStep === undefined ? node.next : given.nextStep;
  return node;
}

/** Whether a node, or what is in it, waits for the user. */
const asks = ({ kind, step }) => kind === "input" || (step.plan?.nodes ?? step.branches ?? []).some(asks);
