// Questions to choose from.
import { element } from "../shared.js";

export class Suggestions {
  element = element("div", { class: "suggestions", part: "suggestions", role: "group", hidden: true });
  #choose;

  /** `choose(text)` sends one. */
  constructor(choose) {
    this.#choose = choose;
  }

  label({ suggestions }) {
    this.element.setAttribute("aria-label", suggestions);
  }

  show(list) {
    this.element.hidden = list.length === 0;
    this.element.replaceChildren(...list.map(({ text, label }) =>
      element("button", { type: "button", class: "button", part: "suggestion", dir: "auto", click: () => this.#choose(text) }, label)));
  }
}
