// A question that is being edited where it stands.
import { element } from "./dom.js";
import { isEnter } from "./keys.js";

export class QuestionEdit {
  element;
  #field;
  #grower;
  #heard;

  /** `heard` are send(text) and cancel(). */
  constructor(texts, text, heard) {
    this.#heard = heard;
    this.#field = element("textarea", { rows: "1", dir: "auto", enterkeyhint: "send", "aria-label": texts.editing, input: () => this.#grow() });
    this.#grower = element("div", { class: "grow" }, this.#field);
    this.element = element("form", { class: "editing", part: "editing" }, this.#grower,
      element("div", { class: "choice" },
        element("button", { type: "button", class: "button", part: "cancel", click: () => heard.cancel() }, texts.cancel),
        element("button", { class: "button", part: "send-edit" }, texts.send)));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.element.addEventListener("keydown", (event) => this.#pressed(event));
    this.#field.value = text;
    this.#grow();
  }

  focus() {
    this.#field.focus();
  }

  #pressed(event) {
    const isEscape = event.key === "Escape" && !event.isComposing;
    if (!isEscape && !(event.target === this.#field && isEnter(event))) return;
    event.preventDefault();
    event.stopPropagation();
    if (isEscape) this.#heard.cancel();
    else this.#submit();
  }

  #submit() {
    const text = this.#field.value.trim();
    if (text) this.#heard.send(text);
  }

  // A copy of the text gives the field its height.
  #grow() {
    this.#grower.dataset.text = this.#field.value;
  }
}
