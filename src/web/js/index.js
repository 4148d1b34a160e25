// The package's entry: what users import.
import start, * as glue from "#glue";

let starting;

/** Fetches and instantiates the WebAssembly module, once. */
export default function init(source) {
  starting ??= start(source);
  return starting;
}

export const version = () => glue.version();
