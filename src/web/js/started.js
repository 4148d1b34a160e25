// Whether the WebAssembly module is ready.
import { RefinireError } from "./error.js";

let check;

/** Called by the module when it is instantiated, with the function that checks a step. */
export function start(checkStep) {
  check = checkStep;
}

/** Throws a clear error if the module is not ready. */
export function started() {
  if (!check) throw new RefinireError("refinire-web is not there yet: call init() and await it first", { code: "not-initialized" });
}

/** Throws if a step was declared with an option that it cannot have. */
export function checkStep(step, settings) {
  started();
  check(step, settings);
}
