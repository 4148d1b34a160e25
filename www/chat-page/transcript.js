// The conversation on the page.
import { Answer } from "./answer.js";
import { element } from "./dom.js";

export class Transcript {
  #log;
  #empty;

  constructor(log, empty) {
    this.#log = log;
    this.#empty = empty;
  }

  addQuestion(text) {
    this.#append(element("article", { class: "turn question" },
      element("h2", { class: "who" }, "You"),
      element("div", { class: "body" }, element("div", { class: "text", dir: "auto" }, text))));
  }

  addAnswer(label) {
    const answer = new Answer(label);
    this.#append(answer.element);
    return answer;
  }

  /** Shows what was kept of a conversation. */
  restore(messages) {
    for (const { role, content, interrupted } of messages) {
      if (role === "user") this.addQuestion(content);
      if (role !== "assistant") continue;
      const answer = this.addAnswer("Answer");
      answer.append(content);
      answer.end();
      if (interrupted) answer.interrupted("Interrupted: this is not the whole answer.");
    }
  }

  clear() {
    this.#log.replaceChildren();
    this.#empty.hidden = false;
  }

  #append(turn) {
    this.#empty.hidden = true;
    this.#log.append(turn);
  }
}
