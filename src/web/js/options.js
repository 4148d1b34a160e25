// Checks what callers pass in: each option has its type here, and an error that names it.
import { invalid } from "./error.js";

export { invalid };

/** What kind of object it is, also where its class is that of another window, of jsdom or of Node's vm. */
export const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

// The core's words about an unknown option. Given by module.js once it is there: the tests in Rust use this file without the entry.
let unknownOption;
export const adviseWith = (advice) => {
  unknownOption = advice;
};

const KINDS = {
  string: ["a string", (value) => typeof value === "string"],
  boolean: ["true or false", (value) => typeof value === "boolean"],
  number: ["a number of at least 0", (value) => typeof value === "number" && value >= 0],
  positive: ["a number of at least 1", (value) => typeof value === "number" && value >= 1],
  score: ["a number from 0 to 100", (value) => typeof value === "number" && value >= 0 && value <= 100],
  whole: ["a whole number of at least 0, or Infinity", (value) => value >= 0 && (Number.isInteger(value) || value === Infinity)],
  count: ["a whole number of at least 1, or Infinity", (value) => value >= 1 && (Number.isInteger(value) || value === Infinity)],
  function: ["a function", (value) => typeof value === "function"],
  list: ["a list of objects", (value) => Array.isArray(value) && value.every(isObject)],
  schema: ["a JSON Schema or a validator", (value) => isObject(value) || typeof value?.["~standard"] === "object"],
  functions: ["a list of functions", (value) => Array.isArray(value) && value.every((item) => typeof item === "function")],
  names: ["a list of names", (value) => Array.isArray(value) && value.length > 0 && value.every((item) => item && typeof item === "string")],
  finite: ["a finite number of at least 0", (value) => value >= 0 && Number.isFinite(value)],
  object: ["an object", (value) => isObject(value)],
  strings: ["an object of strings", (value) => isObject(value) && Object.values(value).every((item) => typeof item === "string")],
  // Looked at instead of asked for its class: another window's is as good.
  signal: ["an AbortSignal", (value) => typeof value?.aborted === "boolean" && typeof value.addEventListener === "function"],
};

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The options of `shape`, each checked, and no others; what is undefined or null is left out, but for what is `needed`. `of` says whose they are. */
export function check(options, shape, of, needed) {
  refuseUnknown(options, Object.keys(shape), of);
  return pick(options, shape, of, needed);
}

/** Throws for an option that is none of the `known` ones; one that is undefined is not there. */
export function refuseUnknown(options, known, of) {
  if (!isObject(options)) throw invalid(`${of}: an object of options is needed`);
  const unknown = Object.keys(options).find((name) => options[name] !== undefined && !known.includes(name));
  if (unknown !== undefined) throw invalid(unknownOption(of, unknown, known.join(" ")));
}

/** The options of `shape`, each checked, whatever else there is. */
export function pick(options, shape, of, needed = []) {
  if (!isObject(options)) throw invalid(`${of}: an object of options is needed`);
  const checked = {};
  for (const [name, kind] of Object.entries(shape)) {
    const value = options[name];
    if ((value === undefined || value === null) && !needed.includes(name)) continue;
    if (typeof kind === "object") {
      checked[name] = check(value, kind, `${of}: \`${name}\``);
      continue;
    }
    const [wanted, fits] = KINDS[kind];
    if (!fits(value)) throw invalid(`${of}: \`${name}\` must be ${wanted}`);
    checked[name] = value;
  }
  return checked;
}

/** The same for a string that has to be one of a few. */
export function oneOf(value, words, of) {
  if (value === undefined || words.includes(value)) return value;
  throw invalid(`${of} must be ${words.map((word) => `"${word}"`).join(" or ")}`);
}

/** The bounds on size. */
export const LIMITS = { maxChars: "number", maxEventBytes: "positive", maxAnswerBytes: "positive" };

const RUN = { callback: "function", onEvent: "function", signal: "signal", context: "object", ifBusy: "string" };

/**
 * A run's options; `deltas` is how many increments make a chunk, 0 for any number, `hold` when they go out at last. `others` are those
 * that it has besides.
 */
export function runOptions(options, others = []) {
  refuseUnknown(options ?? {}, [...Object.keys(RUN), "batch", ...others], "the run's options");
  const checked = pick(options ?? {}, RUN, "the run's options");
  oneOf(checked.ifBusy, ["wait", "fail"], "the run's options: `ifBusy`");
  return { ...checked, ...batchOf(options?.batch ?? "delta") };
}

function batchOf(batch) {
  if (batch === "delta") return { deltas: 1 };
  if (batch === "frame") return { deltas: 0, hold: "frame" };
  if (!isObject(batch)) throw invalid('the run\'s options: `batch` must be "delta", "frame" or { deltas?, ms? }');
  const { deltas, ms } = check(batch, { deltas: "positive", ms: "number" }, "the run's options: `batch`");
  if (deltas === undefined && ms === undefined) return { deltas: 1 };
  return { deltas: whole(deltas ?? 0), hold: ms };
}

// More than anyone means, less than what is no whole number any more.
const MOST = 2 ** 31 - 1;

export const whole = (number) => Math.min(Math.floor(number), MOST);

/** JSON in which every number is whole, for the core, which reads no other. */
export const wholeJson = (value) => JSON.stringify(value, (_, item) => (typeof item === "number" ? whole(item) : item));
