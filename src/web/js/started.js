// Whether the WebAssembly module is there.
import { RefinireError } from "./error.js";

let check;

/** Called by the module when it is instantiated, with what checks a step. */
export function start(checkStep) {
  check = checkStep;
}

/** Throws a clear error before the module is there. */
export function started() {
  if (!check) throw new RefinireError("refinire-web is not there yet: call init() and await it first", { code: "not-initialized" });
}

/** Throws where a step was declared with something that it cannot have. */
export function checkStep(step, settings) {
  started();
  check(step, settings);
}
