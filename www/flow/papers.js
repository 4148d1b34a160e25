// What the agents write, each on a sheet of its own while it comes.
import { RichText } from "../chat-page/rich-text.js";

class Paper {
  #section;
  #text;

  constructor(section) {
    this.#section = section;
  }

  append(text) {
    this.#begin();
    this.#text.append(text);
  }

  set title(title) {
    this.#section.querySelector("h2").textContent = title;
  }


  wait() {
    this.#section.classList.add("streaming");
    this.#section.setAttribute("aria-busy", "true");
  }

  end() {
    this.#text?.finish();
    this.#section.classList.remove("streaming");
    this.#section.removeAttribute("aria-busy");
  }

  clear() {
    this.end();
    this.#text?.element.remove();
    this.#text = undefined;
  }

  #begin() {
    if (this.#text) return;
    this.#text = new RichText();
    this.#section.append(this.#text.element);
  }
}

export class Papers {
  #sides;
  #brief;

  /** Of steps that have a sheet of their own, and of the one that comes last, whichever that is. */
  constructor(sides, brief) {
    this.#sides = new Map(sides.map((section) => [section.dataset.step, new Paper(section)]));
    this.#brief = new Paper(brief);
  }

  take({ type, step, text }, isAgent) {
    if (!isAgent(step)) return;
    const paper = this.#paperOf(step);
    if (type === "step-start") paper.wait();
    else if (type === "text-delta") paper.append(text);
    else if (type === "step-finish") paper.end();
  }

  restore(texts) {
    this.clear();
    for (const [step, text] of texts) {
      const paper = this.#paperOf(step);
      paper.append(text);
      paper.end();
    }
  }

  end() {
    for (const paper of this.#all) paper.end();
  }

  clear() {
    for (const paper of this.#all) paper.clear();
    this.#brief.title = "Brief";
  }

  get #all() {
    return [...this.#sides.values(), this.#brief];
  }

  #paperOf(step) {
    const side = this.#sides.get(step);
    if (side) return side;
    this.#brief.title = step;
    return this.#brief;
  }
}
