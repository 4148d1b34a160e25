// What a reader may want to look at, folded away: thoughts, and calls of tools.
import { element, filled, grow } from "../shared.js";
import { ToolView } from "./tool-view.js";

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
  #fold;
  #call;
  #view;
  element;

  constructor({ texts, chat }, { id, name, input }) {
    this.#texts = texts;
    this.#call = { id, name, input: undefined, output: undefined, isError: false, isRunning: true };
    this.#result = element("div", { hidden: true }, element("h3", {}, texts.output), this.#output);
    this.#fold = fold("tool", this.#summary, element("h3", {}, texts.input), this.#input, this.#result);
    this.element = element("div", {}, this.#fold);
    if (Object.hasOwn(chat.toolViews, name)) this.#view = new ToolView(chat.host, chat.toolViews[name]);
    if (this.#view) this.element.append(this.#view.element);
    this.#say(texts.calling);
    if (input !== undefined) this.input(input);
  }

  append(text) {
    grow(this.#input, text);
  }

  /** The call is complete. */
  input(value) {
    this.#call.input = valueOf(value);
    this.#input.textContent = written(this.#call.input);
    this.#show();
  }

  /** With what came of it, where that is known. */
  end(output, isError = false) {
    const { isRunning, output: known } = this.#call;
    if (!isRunning && (known !== undefined || output === undefined)) return;
    Object.assign(this.#call, { output: valueOf(output), isError, isRunning: false });
    this.#say(this.#texts.called);
    this.#fold.classList.toggle("failed", isError);
    this.#result.hidden = output === undefined;
    this.#output.textContent = written(this.#call.output);
    this.#show();
  }

  leave() {
    this.#view?.leave();
  }

  #show() {
    this.#fold.hidden = Boolean(this.#view?.show({ ...this.#call }));
  }

  #say(text) {
    this.#summary.textContent = filled(text, this.#call);
  }
}

/** A value, or the one that a text says as JSON. */
function valueOf(value) {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

/** As JSON with line ends, except text. */
const written = (value) => (typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? ""));
