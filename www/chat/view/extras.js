// The buttons under an answer that a page asks for: feedback, reading aloud, and its own.
import { customButton } from "./custom-buttons.js";
import { Feedback } from "./feedback.js";
import { readButton, stopReading } from "./reading.js";

export class Extras {
  buttons = [];
  #chat;
  #feedback;
  #read;

  /** `answer` has a turn, and blocks() of text. */
  constructor(options, answer) {
    const { texts, feedback, readAloud, chat } = options;
    this.#chat = chat;
    if (feedback) this.#feedback = new Feedback(texts, (value) => chat.rate(answer.turn, value));
    if (readAloud) this.#read = readButton(options, () => answer.blocks);
    const own = chat.actions.map((action) => customButton(action, () => chat.subjectOf(answer.turn)));
    this.buttons = [...(this.#feedback?.buttons ?? []), ...(this.#read ? [this.#read] : []), ...own];
  }

  show(turn) {
    this.#feedback?.show(this.#chat.feedbackOf(turn));
  }

  leave() {
    if (this.#read) stopReading(this.#read);
  }
}
