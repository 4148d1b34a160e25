// The WebAssembly module: there once init() has resolved, but for the half of it that is loaded when it is first needed.
import start, { Agent, Conversation, decode, Flow, load } from "#glue";
import { describe, RefinireError } from "./error.js";

let starting;
let loading;
let exports;
let place;
// As it was then: a page may put something of its own in its place.
let fetch;

/** Fetches and instantiates the module, once; later calls return the same promise. */
export default function init(source) {
  fetch ??= globalThis.fetch;
  starting ??= start(source).then(
    (started) => {
      exports = started;
      place = source?.more_or_path;
      return started;
    },
    (cause) => {
      // Nothing was started: the next call may try again.
      starting = undefined;
      throw new RefinireError(`the WebAssembly module could not be started: ${describe(cause)}`, { code: "not-initialized", cause });
    },
  );
  return starting;
}

/** What the module is made of. Says clearly what they cannot: that they are not there yet. */
export function core() {
  if (exports) return { Agent, Conversation, decode, Flow };
  throw new RefinireError("refinire-web is not there yet: call init() and await it first", { code: "not-initialized" });
}

/** The module's memory. */
export const moduleMemory = () => exports.memory;

/** Loads the other half, once. Whoever goes into what tools/split.mjs cuts out of the module waits for it before. */
export function more() {
  const from = place ?? new URL("refinire_web_more_bg.wasm", import.meta.url);
  const isAddress = typeof from === "string" || from instanceof URL || from instanceof Request;
  // Node fetches no files, and a browser has no such module.
  const files = from.protocol === "file:" && globalThis.process?.getBuiltinModule?.("fs");
  loading ??= load(files ? files.readFileSync(from) : isAddress ? fetch(from) : from, { $: exports }).catch((cause) => {
    // The next call may try again.
    loading = undefined;
    throw new RefinireError(`refinire_web_more_bg.wasm could not be loaded: ${describe(cause)}`, { code: "network", retryable: true, cause });
  });
  return loading;
}
