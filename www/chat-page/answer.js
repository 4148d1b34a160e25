// One answer on the page, from the wait for it to its figures.
import { copyButton } from "./copy.js";
import { element } from "./dom.js";
import { Facts } from "./facts.js";
import { RichText } from "./rich-text.js";

export class Answer {
  text = "";
  #rich = new RichText();
  #facts = new Facts();
  #waiting = element("p", { class: "waiting" });
  #thoughts = element("div", { class: "thoughts" });
  #reasoning = element("details", { class: "reasoning", hidden: true }, element("summary", {}, "Thoughts"), this.#thoughts);
  #body = element("div", { class: "body" }, this.#reasoning, this.#rich.element, this.#waiting, this.#facts.element);
  element;

  constructor(label) {
    this.element = element("article", { class: "turn answer" }, element("h2", { class: "who" }, label), this.#body);
    this.#waiting.hidden = true;
  }

  start() {
    this.element.classList.add("streaming");
    // Screen readers hear of the end, not of every chunk.
    this.element.setAttribute("aria-busy", "true");
    this.#body.setAttribute("aria-live", "off");
    this.waitFor("Waiting for the first chunk");
  }

  waitFor(words) {
    this.#waiting.hidden = false;
    this.#waiting.replaceChildren(
      element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i")), words);
  }

  reason(text) {
    if (this.#reasoning.hidden) {
      this.#reasoning.hidden = false;
      this.waitFor("Thinking");
    }
    this.#thoughts.append(text);
  }

  append(chunk) {
    this.#waiting.hidden = true;
    this.text += chunk;
    this.#rich.append(chunk);
  }

  arrived(elapsedMs, chars) {
    this.#facts.arrived(elapsedMs, chars);
  }

  figures(counts, usage) {
    this.#facts.show(counts, usage);
  }

  /** Nothing more will come. */
  end() {
    this.#rich.finish();
    this.#waiting.hidden = true;
    this.element.classList.remove("streaming");
    this.element.removeAttribute("aria-busy");
    if (this.text) this.#facts.add(copyButton(this.text));
  }

  /** `action` is what can be done about it: a button, or nothing. */
  interrupted(words, action) {
    this.element.classList.add("interrupted");
    this.note(words, action);
  }

  note(words, ...actions) {
    this.#body.insertBefore(element("p", { class: "note" }, words, ...actions.filter(Boolean)), this.#facts.element);
  }

  fail({ title, advice, detail }, ...actions) {
    this.element.classList.add(this.text ? "interrupted" : "failed");
    const words = element("div", { class: "words", role: "alert" }, element("p", { class: "title" }, title), element("p", {}, advice));
    if (detail && detail !== title) words.append(element("p", { class: "detail" }, detail));
    const buttons = element("div", { class: "actions" }, ...actions.filter(Boolean));
    this.#body.insertBefore(element("div", { class: "problem" }, words, buttons), this.#facts.element);
  }
}
