// The WebAssembly module: there once init() has resolved.
import start, { Agent, Conversation, decode } from "#glue";
import { describe, RefinireError } from "./error.js";

let starting;
let memory;

/** Fetches and instantiates the module, once; later calls return the same promise. */
export default function init(source) {
  starting ??= start(source).then(
    (exports) => {
      memory = exports.memory;
      return exports;
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
  if (memory) return { Agent, Conversation, decode };
  throw new RefinireError("refinire-web is not there yet: call init() and await it first", { code: "not-initialized" });
}

/** The module's memory. */
export const moduleMemory = () => memory;
