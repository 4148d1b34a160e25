// The WebAssembly module: ready when init() has resolved.
import start from "#glue";
// Where the entry gets the module: init/beside.js or init/embedded.js.
import { provided } from "#provided";
import { describe, RefinireError } from "./error.js";
import { compiled, isForbidden, Missing, tagOf } from "./init/compile.js";

let starting;

/** Fetches and instantiates the module, once; later calls return the same promise. */
export default function init(source) {
  starting ??= startedWith(source).catch((cause) => {
    // Nothing was started: the next call may try again.
    starting = undefined;
    throw new RefinireError(`the WebAssembly module could not be started: ${describe(cause)}${adviceFor(cause)}`, { code: "not-initialized", cause });
  });
  return starting;
}

async function startedWith(source) {
  // Also without the object around it, as many examples of wasm-bindgen have it.
  const given = isEmpty(source) ? undefined : Object.hasOwn(Object(source), "module_or_path") ? source.module_or_path : source;
  const module = await (given === undefined || given === null ? provided() : ofCaller(given));
  return start({ module_or_path: module });
}

const ofCaller = (given) => compiled(given).catch((error) => {
  throw error instanceof Missing ? new Error(`${error.message}. \`module_or_path\` has to lead to refinire_web_bg.wasm`, { cause: error.cause }) : error;
});

const isEmpty = (source) => tagOf(source) === "Object" && Object.keys(source).length === 0;

const adviceFor = (cause) => (isForbidden(cause) ? ". The page's Content-Security-Policy has to have 'wasm-unsafe-eval' in its script-src" : "");
