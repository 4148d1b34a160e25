// What the agents write, each on a sheet of its own while it comes.
import { element } from "../common/dom.js";

class Paper {
  #section;
  #text;

  constructor(section) {
    this.#section = section;
  }

  append(text) {
    this.#begin();
    // One text node: letters that join, as in Arabic, do so within a node.
    if (this.#text.lastChild) this.#text.lastChild.appendData(text);
    else this.#text.append(text);
  }

  set title(title) {
    this.#section.querySelector("h2").textContent = title;
  }

  wait() {
    this.#section.classList.add("streaming");
    this.#section.setAttribute("aria-busy", "true");
  }

  end() {
    this.#section.classList.remove("streaming");
    this.#section.removeAttribute("aria-busy");
  }

  clear() {
    this.end();
    this.#text?.remove();
    this.#text = undefined;
  }

  #begin() {
    if (this.#text) return;
    this.#text = element("div", { class: "text", dir: "auto" });
    this.#section.append(this.#text);
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
