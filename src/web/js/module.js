// The WebAssembly module: there once init() has resolved.
import start, { Agent, Conversation, decode, Flow, unknownOption } from "#glue";
import { describe, RefinireError } from "./error.js";

let starting;
let exports;

/** Fetches and instantiates the module, once; later calls return the same promise. */
export default function init(source) {
  starting ??= start(source).then(
    (started) => (exports = started),
    (cause) => {
      // Nothing was started: the next call may try again.
      starting = undefined;
      throw new RefinireError(`the WebAssembly module could not be started: ${describe(cause)}`, { code: "not-initialized", cause });
    },
  );
  return starting;
}

/** What the module exports. Before it is there, a clear error. */
export function core() {
  if (exports) return { Agent, Conversation, decode, Flow, unknownOption };
  throw new RefinireError("refinire-web is not there yet: call init() and await it first", { code: "not-initialized" });
}

/** The module's memory. */
export const moduleMemory = () => exports.memory;
