// A question of the person.
import { setTime, timeOf } from "./time.js";
import { actionButton } from "./action.js";
import { element } from "./dom.js";

export class Question {
  role = "user";
  text;
  element;
  #edit;
  #time;
  #locale;

  constructor({ texts, locale }, { text, at }) {
    this.text = text;
    this.#locale = locale;
    this.#time = timeOf(at, locale);
    this.#edit = actionButton(texts, "edit", "edit");
    this.element = element("article", { class: "turn question", part: "message question", "aria-label": texts.you },
      element("div", { class: "bubble", part: "bubble" }, element("p", { dir: "auto" }, text)),
      element("div", { class: "meta" }, this.#time, element("div", { class: "actions" }, actionButton(texts, "copy", "copy"), this.#edit)));
    this.offer({});
  }

  offer({ edit }) {
    this.#edit.hidden = !edit;
  }

  leave() {}

  /** False where it is another one. */
  show({ text, at }) {
    setTime(this.#time, at, this.#locale);
    return text === this.text;
  }
}
