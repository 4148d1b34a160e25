// The field for what a person writes, and the buttons beside it.
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { isEnter } from "./keys.js";

export class Composer {
  element;
  // The attachments, and dictating: loaded later, if at all.
  #tray;
  #speech;
  #start = element("slot", { name: "composer-start" });
  #end = element("slot", { name: "composer-end" });
  #field = element("textarea", { rows: "1", part: "input", autocomplete: "off", enterkeyhint: "send", dir: "auto" });
  // Holds the same text, and so gives the field its height.
  #grower;
  #send = element("button", { type: "submit", class: "send", part: "send" }, icon("up"));
  #stop = element("button", { type: "button", class: "stop", part: "stop", hidden: true }, icon("stop"));
  // Why something was not taken.
  #hint = element("p", { class: "hint", role: "alert", part: "hint", dir: "auto", hidden: true });
  #texts = {};
  #state = { streaming: false, disabled: false };
  #heard;

  /** `heard` are send(text, attachments) and stop(). */
  constructor(heard) {
    this.#heard = heard;
    this.#grower = element("div", { class: "grow" }, this.#field);
    this.element = element("form", { class: "composer", part: "composer" }, this.#hint,
      element("div", { class: "field", part: "field", mousedown: (event) => this.#aimed(event) }, this.#start, this.#grower, this.#end, this.#stop, this.#send));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("input", () => {
      // Who types has ended dictating.
      this.#speech?.leave();
      this.changed();
    });
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#stop.addEventListener("click", () => heard.stop());
  }

  /** Takes a tray for attachments, and what writes a spoken question. */
  use(tray, speech) {
    this.#tray = tray;
    this.#speech = speech;
    this.#hint.after(tray.list);
    this.#start.after(tray.button, tray.input);
    this.#end.after(speech.button);
  }

  label(texts) {
    const { question, send, stop } = texts;
    this.#texts = texts;
    this.#field.setAttribute("aria-label", question);
    for (const [button, words] of [[this.#send, send], [this.#stop, stop]]) {
      button.setAttribute("aria-label", words);
      button.title = words;
    }
  }

  set({ streaming, disabled }) {
    this.#state = { streaming, disabled };
    this.element.classList.toggle("disabled", disabled);
    this.#field.disabled = disabled;
    this.#field.placeholder = disabled ? this.#texts.disabled : this.#texts.placeholder;
    this.changed();
  }

  focus(options) {
    this.#field.focus(options);
  }

  get text() {
    return this.#field.value;
  }

  write(text) {
    this.#field.value = text;
    this.changed();
  }

  /** Says why something was not taken; "" where all is well. */
  explain(words) {
    this.#hint.hidden = !words;
    this.#hint.textContent = words;
  }

  /** Who presses the frame means the text in it. */
  #aimed(event) {
    if (event.target !== event.currentTarget) return;
    event.preventDefault();
    this.focus();
  }

  #pressed(event) {
    if (!isEnter(event)) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.text.trim();
    const attachments = this.#attachments;
    if (this.#state.disabled || this.#isEmpty) return;
    this.#speech?.leave();
    this.explain("");
    this.write("");
    this.#tray?.put([]);
    this.#heard.send(text, attachments);
  }

  get #attachments() {
    return this.#tray?.attachments ?? [];
  }

  get #isEmpty() {
    return this.text.trim() === "" && this.#attachments.length === 0;
  }

  /** Text or attachments have changed. */
  changed() {
    const { value, placeholder } = this.#field;
    const { streaming, disabled } = this.#state;
    const isEmpty = this.#isEmpty;
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
