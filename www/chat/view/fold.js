// What a reader may want to look at, folded away: thoughts, and calls of tools.
import { element, grow } from "./dom.js";
import { filled } from "../text/texts.js";

const fold = (part, summary, ...content) => element("details", { class: `fold ${part}`, part }, summary, element("div", { class: "inside" }, ...content));

export class Thoughts {
  #text = element("p", { dir: "auto" });
  element;

  constructor(texts) {
    this.element = fold("thoughts", element("summary", {}, texts.thoughts), this.#text);
  }

  append(text) {
    grow(this.#text, text);
  }
}

export class ToolCall {
  #texts;
  #summary = element("summary");
  #input = element("pre", { dir: "ltr" });
  #output = element("pre", { dir: "auto" });
  #result;
  #name;
  element;

  constructor(texts, { name, input, output }) {
    this.#texts = texts;
    this.#name = name;
    this.#result = element("div", { hidden: true }, element("h3", {}, texts.output), this.#output);
    this.element = fold("tool", this.#summary, element("h3", {}, texts.input), this.#input, this.#result);
    this.#say(texts.calling);
    if (input !== undefined) this.input(input);
    if (output !== undefined) this.end(output);
  }

  append(text) {
    grow(this.#input, text);
  }

  input(value) {
    this.#input.textContent = written(value);
  }

  /** With what came of it, where that is known. */
  end(output, isError = false) {
    this.#say(this.#texts.called);
    this.element.classList.toggle("failed", isError);
    if (output === undefined) return;
    this.#result.hidden = false;
    this.#output.textContent = written(output);
  }

  #say(text) {
    this.#summary.textContent = filled(text, { name: this.#name });
  }
}

/** As JSON with line ends, whether it was a value or its text. */
function written(value) {
  try {
    return JSON.stringify(typeof value === "string" ? JSON.parse(value) : value, null, 2) ?? "";
  } catch {
    return String(value);
  }
}
