// The field for what a person writes, and the buttons beside it.
import { element, icon } from "./dom.js";

export class Composer {
  element;
  #field = element("textarea", { rows: "1", part: "input", autocomplete: "off", enterkeyhint: "send", dir: "auto" });
  // Holds the same text, and so gives the field its height.
  #grower;
  #send = element("button", { type: "submit", class: "send", part: "send" }, icon("up"));
  #stop = element("button", { type: "button", class: "stop", part: "stop", hidden: true }, icon("stop"));
  #editing = element("p", { class: "editing", part: "editing", hidden: true });
  #cancel = element("button", { type: "button", class: "quiet" });
  #isEditing = false;
  #draft = "";
  #texts = {};
  #state = { streaming: false, disabled: false };
  #heard;

  /** `heard` are send(text, isEdit) and stop(). */
  constructor(heard) {
    this.#heard = heard;
    this.#grower = element("div", { class: "grow" }, this.#field);
    this.element = element("form", { class: "composer", part: "composer" }, this.#editing,
      element("div", { class: "field", part: "field" }, this.#grower, this.#send, this.#stop));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#stop.addEventListener("click", () => heard.stop());
    this.#cancel.addEventListener("click", () => this.cancel());
  }

  label(texts) {
    const { question, send, stop, editing, cancel } = texts;
    this.#texts = texts;
    this.#field.setAttribute("aria-label", question);
    for (const [button, words] of [[this.#send, send], [this.#stop, stop]]) {
      button.setAttribute("aria-label", words);
      button.title = words;
    }
    this.#cancel.textContent = cancel;
    this.#editing.replaceChildren(editing, this.#cancel);
  }

  set({ streaming, disabled }) {
    this.#state = { streaming, disabled };
    this.element.classList.toggle("disabled", disabled);
    this.#field.disabled = disabled;
    this.#field.placeholder = disabled ? this.#texts.disabled : this.#texts.placeholder;
    if (streaming) this.leaveEdit();
    this.#changed();
  }

  /** Takes a question that was sent to be sent otherwise. */
  edit(text) {
    if (!this.#isEditing) this.#draft = this.#field.value;
    this.#isEditing = true;
    this.#editing.hidden = false;
    this.#put(text);
    this.focus();
  }

  /** Takes back a question that was waiting, in front of what has been written since. */
  take({ text }) {
    this.#put([text, this.#field.value].filter(Boolean).join("\n\n"));
    this.focus();
  }

  /** True where there was something to cancel. */
  cancel() {
    if (!this.#isEditing) return false;
    this.#endEdit(this.#draft);
    this.focus();
    return true;
  }

  /** The question that was edited is gone. */
  leaveEdit() {
    this.#endEdit(this.#draft);
  }

  focus(options) {
    this.#field.focus(options);
  }

  #endEdit(text) {
    if (!this.#isEditing) return;
    this.#isEditing = false;
    this.#editing.hidden = true;
    this.#put(text);
  }

  #pressed(event) {
    // While a Japanese or Chinese word is being composed, Enter belongs to the input method; Safari says so by the code alone.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#field.value.trim();
    if (this.#state.disabled || !text) return;
    const isEdit = this.#isEditing;
    const draft = isEdit ? this.#draft : "";
    this.#isEditing = false;
    this.#editing.hidden = true;
    this.#put(draft);
    this.#heard.send(text, isEdit);
  }

  #put(text) {
    this.#field.value = text;
    this.#changed();
  }

  #changed() {
    const { value, placeholder } = this.#field;
    const { streaming, disabled } = this.#state;
    const isEmpty = value.trim() === "";
    const focused = this.element.getRootNode().activeElement;
    this.#grower.dataset.text = value || placeholder;
    this.#send.disabled = disabled || isEmpty;
    // While an answer streams, there is a button to send with as soon as there is something to send.
    this.#send.hidden = streaming && isEmpty;
    this.#stop.hidden = !streaming;
    // A button that goes away would take the focus with it.
    if ((focused === this.#send && (this.#send.hidden || this.#send.disabled)) || (focused === this.#stop && !streaming)) this.focus();
  }
}
