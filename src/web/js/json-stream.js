// A value that grows out of JSON text, as users see it.
import { invalid } from "./error.js";
import { IncrementalJson } from "./incremental-json.js";
import { started } from "./started.js";

export class JsonStream {
  #json;

  constructor() {
    started();
    this.#json = new IncrementalJson();
  }

  get value() {
    return this.#alive.value;
  }

  push(text) {
    this.#alive.push(text);
  }

  finish() {
    return this.#alive.finish();
  }

  free() {
    this.#json = undefined;
  }

  // See steps.js.
  get [Symbol.toStringTag]() {
    return "JsonStream";
  }

  get #alive() {
    if (this.#json) return this.#json;
    throw invalid("this JsonStream has been freed");
  }
}
