// A value that grows out of JSON text, as users see it.
import { invalid } from "./error.js";
import { Growth } from "./growth.js";
import { started } from "./started.js";

export class JsonStream {
  #growth;

  constructor() {
    started();
    this.#growth = new Growth();
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
    this.#growth = undefined;
  }

  // See steps.js.
  get [Symbol.toStringTag]() {
    return "JsonStream";
  }

  get #alive() {
    if (this.#growth) return this.#growth;
    throw invalid("this JsonStream has been freed");
  }
}
