// The attachments of the question that is being written: a button to choose them, and what was chosen.
import { described, element, filled, icon } from "../shared.js";
import { acceptOf, isAccepted } from "./accept.js";
import { attachmentRow, sizeText } from "./attachment.js";

// In bytes.
const MAX_SIZE = 20_000_000;

export class Tray {
  /** Of the composer: the button with its input, and the list of what was chosen. */
  button = element("button", { type: "button", class: "tool attach", part: "attach", hidden: true }, icon("clip"));
  input = element("input", { type: "file", multiple: true, hidden: true });
  list = element("ul", { class: "tray", part: "attachments", hidden: true });
  /** Blobs and URLs. */
  attachments = [];
  #options = { texts: {} };
  #accept = "";
  #limit = 0;
  #composer;
  #leave;

  /** `leave()` is called when the focus has nothing left to be on. */
  constructor(composer, leave) {
    this.#composer = composer;
    this.#leave = leave;
    this.button.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      // So that the same file can be chosen again.
      this.input.value = "";
    });
    composer.element.addEventListener("paste", (event) => this.#paste(event));
  }

  label(options) {
    const { attach, attachments } = options.texts;
    this.#options = options;
    this.button.title = attach;
    this.button.setAttribute("aria-label", attach);
    this.list.setAttribute("aria-label", attachments);
  }

  /** `attachments` is a list as the `accept` of a file input; "" is what an agent with the options `agent` accepts, and null nothing.
   *  `limit` is the largest size, in bytes. */
  set({ attachments, limit, agent, disabled }) {
    const accept = attachments === "" ? acceptOf(agent) : (attachments ?? "");
    this.#accept = accept;
    this.#limit = limit || MAX_SIZE;
    this.input.accept = accept === "*/*" ? "" : accept;
    this.button.hidden = !accept;
    this.button.disabled = disabled;
  }

  /** Whether files can be added at all. */
  get isOpen() {
    return !this.button.hidden && !this.button.disabled;
  }

  /** What does not fit is explained, and the rest taken. */
  add(files) {
    const refusals = files.map((file) => this.#refusal(file));
    this.put([...this.attachments, ...files.filter((_, at) => !refusals[at])]);
    this.#composer.explain(refusals.filter(Boolean).join(" "));
  }

  /** Shows these instead. */
  put(attachments) {
    this.attachments = attachments;
    this.list.replaceChildren(...attachments.map((attachment) => this.#row(attachment)));
    this.list.hidden = attachments.length === 0;
    this.#composer.changed();
  }

  /** Takes back a question that was waiting, in front of what has been written since. */
  take({ text, attachments }) {
    const composer = this.#composer;
    composer.write([text, composer.text].filter(Boolean).join("\n\n"));
    this.put([...attachments, ...this.attachments]);
    composer.focus();
  }

  #paste(event) {
    const files = this.isOpen ? pastedFiles(event.clipboardData) : [];
    if (files.length === 0) return;
    event.preventDefault();
    this.add(files);
  }

  #refusal({ name, type, size }) {
    const { texts, locale } = this.#options;
    const values = { name: name || texts.attachment, type: type || "?", limit: sizeText(this.#limit, locale) };
    if (!isAccepted({ name, type }, this.#accept)) return filled(texts.attachmentType, values);
    return size > this.#limit ? filled(texts.attachmentSize, values) : undefined;
  }

  #row(attachment) {
    const shown = described(attachment);
    return attachmentRow(shown, this.#options, () => shown.blob, () => this.#remove(attachment));
  }

  #remove(attachment) {
    this.put(this.attachments.filter((each) => each !== attachment));
    this.#leave();
  }
}

/** The files that are pasted. Of formatted text that also comes as a picture, as from a word processor, only the text is meant. */
function pastedFiles({ files, types }) {
  return types.includes("text/plain") && types.includes("text/html") ? [] : [...files];
}
