// A question that is spoken: what the browser understands is written into the field.
import { element, icon } from "../shared.js";

// By the error of the recognition; what is not here is no news, such as silence or a stop.
const WORDS = {
  "not-allowed": "speechDenied",
  "service-not-allowed": "speechDenied",
  "audio-capture": "speechSilent",
  network: "speechFailed",
  "language-not-supported": "speechLanguage",
};

export class Speech {
  button = element("button", { type: "button", class: "tool", part: "speech", "aria-pressed": "false", hidden: true }, icon("microphone"));
  #Recognition = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;
  #recognition;
  #texts;
  #composer;
  #language;

  /** `language()` is that of the page. */
  constructor(composer, language) {
    this.#composer = composer;
    this.#language = language;
    this.button.addEventListener("click", () => this.stop() || this.#start());
  }

  label(texts) {
    this.#texts = texts;
    this.#show();
  }

  set({ speech, disabled }) {
    this.button.hidden = !speech || !this.#Recognition;
    this.button.disabled = disabled;
    if (this.button.hidden || disabled) this.leave();
  }

  /** Ends, with what was said so far. True where it was listening. */
  stop() {
    const isListening = this.#recognition !== undefined;
    this.#recognition?.stop();
    return isListening;
  }

  /** Ends, and writes nothing any more. */
  leave() {
    const recognition = this.#recognition;
    this.#recognition = undefined;
    recognition?.abort();
    this.#show();
  }

  #start() {
    const before = this.#composer.text;
    const recognition = new this.#Recognition();
    Object.assign(recognition, { lang: this.#language(), continuous: true, interimResults: true });
    this.#recognition = recognition;
    const current = (act) => (event) => this.#recognition === recognition && act(event);
    recognition.addEventListener("result", current(({ results }) => this.#write(before, results)));
    recognition.addEventListener("error", current(({ error }) => this.#composer.explain(WORDS[error] ? this.#texts[WORDS[error]] : "")));
    recognition.addEventListener("end", current(() => this.leave()));
    this.#composer.explain("");
    this.#show();
    recognition.start();
  }

  #write(before, results) {
    const said = Array.from(results, ([best]) => best.transcript).join("").trim();
    this.#composer.write([before.trimEnd(), said].filter(Boolean).join(" "));
  }

  #show() {
    const isListening = this.#recognition !== undefined;
    const words = isListening ? this.#texts?.speechStop : this.#texts?.speech;
    this.button.setAttribute("aria-pressed", isListening);
    if (!words) return;
    this.button.title = words;
    this.button.setAttribute("aria-label", words);
  }
}
