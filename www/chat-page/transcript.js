// The conversation on the page.
import { Answer } from "./answer.js";
import { element } from "./dom.js";

/** Of which class the turns are that are shown. */
const TURNS = { user: "question", assistant: "answer" };

const isShown = ({ role, content }) => role in TURNS && content !== "";

// That an answer did not come is no message.
const saysSomething = (turn) => turn.querySelector(".text").textContent !== "";

export class Transcript {
  #log;
  #empty;
  #actionFor;
  // For each message that is shown: it, and its element; the answer, as long as it may grow.
  #rows = [];

  /** `actionFor(message)` gives the button that belongs to an answer that was interrupted, or nothing. */
  constructor(log, empty, actionFor) {
    this.#log = log;
    this.#empty = empty;
    this.#actionFor = actionFor;
  }

  get isEmpty() {
    return !this.#empty.hidden;
  }

  addQuestion(text) {
    return this.#append(element("article", { class: "turn question" },
      element("h2", { class: "who" }, "You"),
      element("div", { class: "body" }, element("div", { class: "text", dir: "auto" }, text))));
  }

  addAnswer(label) {
    const answer = new Answer(label);
    this.#append(answer.element);
    return answer;
  }

  /** Shows what is kept of a conversation, whose last answer may still grow. What stands there already stays as it is. */
  show(messages, isGrowing) {
    const shown = messages.filter(isShown);
    const grows = (at) => isGrowing && at === shown.length - 1;
    const isNew = (message, at) => !this.#rows[at] || !this.#continues(this.#rows[at], message, grows(at));
    let from = shown.findIndex(isNew);
    if (from < 0) from = shown.length;
    // Also what belongs to no message: that nothing came, where something has come now.
    if (from < shown.length || from < this.#rows.length) this.#cut(from);
    for (const [at, message] of shown.entries()) if (at >= from) this.#rows.push(this.#draw(message, grows(at)));
    this.#empty.hidden = this.#log.childElementCount > 0;
  }

  /** Takes what this page has streamed itself for what is shown of these messages; where it is something else, they are shown. */
  adopt(messages) {
    const shown = messages.filter(isShown);
    const turns = [...this.#log.children].filter(saysSomething);
    const isSame = turns.length === shown.length && shown.every(({ role }, at) => turns[at].classList.contains(TURNS[role]));
    if (isSame) this.#rows = shown.map((message, at) => ({ message, element: turns[at] }));
    else this.show(messages, false);
  }

  /** Takes the last answer out, to be shown anew as it goes on. */
  takeLast() {
    this.#cut(this.#rows.length - 1);
  }

  clear() {
    this.#rows = [];
    this.#log.replaceChildren();
    this.#empty.hidden = false;
  }

  /** Brings a row up to date; false where it has to be drawn anew. */
  #continues(row, message, isGrowing) {
    const { role, content, interrupted } = row.message;
    const isSame = role === message.role && content === message.content && interrupted === message.interrupted;
    if (!row.answer) return isSame && !(isGrowing && role === "assistant");
    if (!isGrowing || !message.content.startsWith(content)) return false;
    row.answer.append(message.content.slice(content.length));
    row.message = message;
    return true;
  }

  #draw(message, isGrowing) {
    if (message.role === "user") return { message, element: this.addQuestion(message.content) };
    const answer = this.addAnswer("Answer");
    if (isGrowing) answer.start();
    answer.append(message.content);
    if (isGrowing) {
      answer.note("Being written in another tab");
      return { message, element: answer.element, answer };
    }
    answer.end();
    if (message.interrupted) answer.interrupted("Interrupted: the answer is incomplete.", this.#actionFor(message));
    return { message, element: answer.element };
  }

  #cut(from) {
    const last = from > 0 ? this.#rows[from - 1].element : undefined;
    this.#rows.length = from;
    while (this.#log.lastChild && this.#log.lastChild !== last) this.#log.lastChild.remove();
  }

  #append(turn) {
    this.#empty.hidden = true;
    this.#log.append(turn);
    return turn;
  }
}
