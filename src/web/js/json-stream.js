// A value that grows out of JSON text, as users see it.
import { Growth } from "./growth.js";
import { core } from "./module.js";
import { invalid } from "./options.js";

export class JsonStream {
  #growth;

  constructor() {
    core();
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

  get #alive() {
    if (this.#growth) return this.#growth;
    throw invalid("this JsonStream has been freed");
  }
}
