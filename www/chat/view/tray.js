// The attachments of the question that is being written: a button to choose them, and what was chosen.
import { described, isAccepted } from "../session/accept.js";
import { filled } from "../text/texts.js";
import { attachmentRow, sizeText } from "./attachment.js";
import { element, icon } from "./dom.js";

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
  #heard;

  /** `heard` are changed(), refused(explanation), which is empty where all is well, and leave(), when the focus has nothing left to be on. */
  constructor(heard) {
    this.#heard = heard;
    this.button.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      // So that the same file can be chosen again.
      this.input.value = "";
    });
  }

  label(options) {
    const { attach, attachments } = options.texts;
    this.#options = options;
    this.button.title = attach;
    this.button.setAttribute("aria-label", attach);
    this.list.setAttribute("aria-label", attachments);
  }

  /** `accept` is a list as a file input has it, "" for no attachments; `limit` is the largest size, in bytes. */
  set({ accept, limit, disabled }) {
    this.#accept = accept;
    this.#limit = limit;
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
    this.#heard.refused(refusals.filter(Boolean).join(" "));
  }

  /** Shows these instead. */
  put(attachments) {
    this.attachments = attachments;
    this.list.replaceChildren(...attachments.map((attachment) => this.#row(attachment)));
    this.list.hidden = attachments.length === 0;
    this.#heard.changed();
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
    this.#heard.leave();
  }
}

/** The files that are pasted. Of formatted text that also comes as a picture, as from a word processor, only the text is meant. */
export function pastedFiles({ files, types }) {
  return types.includes("text/plain") && types.includes("text/html") ? [] : [...files];
}
