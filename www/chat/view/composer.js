// The field for what a person writes, and the buttons beside it.
import { element, icon } from "./dom.js";
import { isEnter } from "./keys.js";
import { Speech } from "./speech.js";
import { pastedFiles, Tray } from "./tray.js";

export class Composer {
  element;
  tray;
  #speech;
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

  /** `heard` are send(text, attachments), stop() and language(). */
  constructor(heard) {
    this.#heard = heard;
    const explain = (words) => this.#explain(words);
    this.tray = new Tray({ changed: () => this.#changed(), refused: explain, leave: () => this.focus() });
    this.#speech = new Speech({ language: heard.language, begin: () => this.#field.value, write: (text) => this.#write(text), explain });
    this.#grower = element("div", { class: "grow" }, this.#field);
    this.element = element("form", { class: "composer", part: "composer" }, this.#hint, this.tray.list,
      element("div", { class: "field", part: "field" },
        element("slot", { name: "composer-start" }), this.tray.button, this.tray.input, this.#grower,
        element("slot", { name: "composer-end" }), this.#speech.button, this.#stop, this.#send));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("input", () => {
      // Who types has ended dictating.
      this.#speech.leave();
      this.#changed();
    });
    this.#field.addEventListener("paste", (event) => this.#pasted(event));
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#stop.addEventListener("click", () => heard.stop());
  }

  /** `options` are texts and locale. */
  label(options) {
    const { texts } = options;
    const { question, send, stop } = texts;
    this.tray.label(options);
    this.#speech.label(texts);
    this.#texts = texts;
    this.#field.setAttribute("aria-label", question);
    for (const [button, words] of [[this.#send, send], [this.#stop, stop]]) {
      button.setAttribute("aria-label", words);
      button.title = words;
    }
  }

  /** `accept` and `limit` are those of the tray; `speech` is whether a question can be spoken. */
  set({ streaming, disabled, accept, limit, speech }) {
    this.#state = { streaming, disabled };
    this.tray.set({ accept, limit, disabled });
    this.#speech.set({ speech, disabled });
    this.element.classList.toggle("disabled", disabled);
    this.#field.disabled = disabled;
    this.#field.placeholder = disabled ? this.#texts.disabled : this.#texts.placeholder;
    this.#changed();
  }

  /** Takes back a question that was waiting, in front of what has been written since. */
  take({ text, attachments }) {
    const written = this.#written;
    this.#put({ text: [text, written.text].filter(Boolean).join("\n\n"), attachments: [...attachments, ...written.attachments] });
    this.focus();
  }

  /** True where there was something to cancel. */
  cancel() {
    return this.#speech.stop();
  }

  focus(options) {
    this.#field.focus(options);
  }

  get #written() {
    return { text: this.#field.value, attachments: this.tray.attachments };
  }

  #pasted(event) {
    const files = this.tray.isOpen ? pastedFiles(event.clipboardData) : [];
    if (files.length === 0) return;
    event.preventDefault();
    this.tray.add(files);
  }

  #explain(words) {
    this.#hint.hidden = !words;
    this.#hint.textContent = words;
  }

  #pressed(event) {
    if (!isEnter(event)) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#field.value.trim();
    const { attachments } = this.tray;
    if (this.#state.disabled || this.#isEmpty) return;
    this.#speech.leave();
    this.#explain("");
    this.#put({ text: "", attachments: [] });
    this.#heard.send(text, attachments);
  }

  #put({ text, attachments }) {
    this.#field.value = text;
    this.tray.put(attachments);
  }

  #write(text) {
    this.#field.value = text;
    this.#changed();
  }

  get #isEmpty() {
    return this.#field.value.trim() === "" && this.tray.attachments.length === 0;
  }

  #changed() {
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
