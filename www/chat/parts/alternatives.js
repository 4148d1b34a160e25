// Which of several versions of a question or an answer is shown, and a way to the others.
import { actionButton, element, filled } from "../shared.js";

export class Alternatives {
  element;
  #texts;
  #previous;
  #next;
  #count = element("span", { "aria-hidden": "true" });

  constructor(texts) {
    this.#texts = texts;
    this.#previous = actionButton(texts, "previous", "back");
    this.#next = actionButton(texts, "next", "forth");
    this.element = element("div", { class: "alternatives", role: "group", part: "alternatives" }, this.#previous, this.#count, this.#next);
  }

  show({ alternatives }) {
    const { index, count } = alternatives;
    this.#count.textContent = `${index + 1}/${count}`;
    this.element.setAttribute("aria-label", versionOf(this.#texts, alternatives));
    this.#previous.disabled = index === 0;
    this.#next.disabled = index === count - 1;
  }
}

export const versionOf = (texts, { index, count }) => filled(texts.version, { index: index + 1, count });
