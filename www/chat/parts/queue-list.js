// The questions that wait for the answer under way, above the input.
import { element, icon } from "../shared.js";

export class QueueList {
  element = element("section", { class: "queue", part: "queue", hidden: true });
  #texts;
  #heard;
  #shown = "";
  #entries;

  /** `heard` are cancel(entry), edit(entry) and sendNext(); leave() is called when the focus has nothing left to be on. */
  constructor(heard) {
    this.#heard = heard;
  }

  label(texts) {
    this.#texts = texts;
    this.element.setAttribute("aria-label", texts.queue);
    this.#entries = undefined;
  }

  show({ entries, isHeld }, { streaming, disabled }) {
    const state = `${isHeld} ${streaming} ${disabled}`;
    if (entries === this.#entries && state === this.#shown) return;
    this.#entries = entries;
    this.#shown = state;
    const hadFocus = this.element.contains(this.element.getRootNode().activeElement);
    const rows = entries.map((entry) => this.#row(entry));
    const head = isHeld && !streaming ? this.#head(disabled) : undefined;
    this.element.replaceChildren(...(head ? [head] : []), element("ul", {}, ...rows));
    this.element.hidden = rows.length === 0;
    if (hadFocus) this.#focus();
  }

  #head(disabled) {
    const { queueHeld, sendNow } = this.#texts;
    const send = element("button", { type: "button", class: "button", part: "send-now", disabled, click: () => this.#heard.sendNext() }, sendNow);
    return element("div", { class: "held" }, element("p", {}, queueHeld), send);
  }

  #row(entry) {
    const { edit, cancel } = this.#texts;
    const names = entry.attachments.map(({ name }) => name || this.#texts.attachment).join(", ");
    const words = entry.text || names;
    return element("li", { part: "queued" }, icon("clock"), element("span", { class: "preview", dir: "auto" }, words),
      names ? element("span", { role: "img", "aria-label": names, title: names }, icon("clip")) : undefined,
      this.#button(edit, "edit", words, () => this.#heard.edit(entry)), this.#button(cancel, "cross", words, () => this.#heard.cancel(entry)));
  }

  #button(words, symbol, text, click) {
    return element("button", { type: "button", class: "quiet", "aria-label": `${words}: ${text}`, title: words, click }, icon(symbol));
  }

  #focus() {
    const button = this.element.querySelector("button");
    if (button) button.focus();
    else this.#heard.leave();
  }
}
