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

  label({ question, placeholder, send, stop, editing, cancel }) {
    this.#field.setAttribute("aria-label", question);
    this.#field.placeholder = placeholder;
    for (const [button, words] of [[this.#send, send], [this.#stop, stop]]) {
      button.setAttribute("aria-label", words);
      button.title = words;
    }
    this.#cancel.textContent = cancel;
    this.#editing.replaceChildren(editing, this.#cancel);
  }

  set({ streaming, disabled }) {
    const hadFocus = this.element.getRootNode().activeElement;
    this.#state = { streaming, disabled };
    this.#send.hidden = streaming;
    this.#stop.hidden = !streaming;
    this.#field.disabled = disabled;
    if (streaming) this.#endEdit("");
    // A button that goes away would take the focus with it.
    if (hadFocus === this.#send || hadFocus === this.#stop) this.focus();
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
    const { streaming, disabled } = this.#state;
    if (streaming || disabled || !text) return;
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
    const { value } = this.#field;
    this.#grower.dataset.text = value;
    this.#send.disabled = this.#state.disabled || value.trim() === "";
  }
}
