// A question that is being edited where it stands.
import { attachmentRow } from "./attachment.js";
import { element, isEnter } from "../shared.js";

export class QuestionEdit {
  element;
  #field;
  #grower;
  #list;
  #attachments;
  #heard;

  /** `heard` are send(text, attachments), with the attachments that were not removed, and cancel(). */
  constructor(options, { text, attachments }, heard) {
    const { texts } = options;
    this.#heard = heard;
    this.#attachments = attachments;
    this.#list = element("ul", { class: "tray", part: "attachments", "aria-label": texts.attachments, hidden: attachments.length === 0 });
    this.#list.append(...attachments.map((each) => this.#row(each, options)));
    this.#field = element("textarea", { rows: "1", dir: "auto", enterkeyhint: "send", "aria-label": texts.editing, input: () => this.#grow() });
    this.#grower = element("div", { class: "grow" }, this.#field);
    this.element = element("form", { class: "editing", part: "editing" }, this.#list, this.#grower,
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
    if (text || this.#attachments.length > 0) this.#heard.send(text, this.#attachments);
  }

  #row(attachment, options) {
    const row = attachmentRow(attachment, options, options.load, () => {
      this.#attachments = this.#attachments.filter((each) => each !== attachment);
      this.#list.hidden = this.#attachments.length === 0;
      row.remove();
      this.focus();
    });
    return row;
  }

  // A copy of the text gives the field its height.
  #grow() {
    this.#grower.dataset.text = this.#field.value;
  }
}
