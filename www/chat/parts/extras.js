// What a page wants under an answer: numbers, feedback, reading aloud, and its own buttons.
import { customButton } from "./custom-buttons.js";
import { Feedback } from "./feedback.js";
import { Figures } from "./figures.js";
import { feedbackOf, setFeedback } from "./ratings.js";
import { readButton, stopReading } from "./reading.js";

export class Extras {
  figures;
  buttons;
  #host;
  #emit;
  #records;
  #record;
  #feedback;
  #read;

  /** `answer` has a turn and an element; of the options `chat` is what the page adds, and `records` are those of runs, by the ids of the messages
   *  that they ended with. */
  constructor(options, answer) {
    const { texts, feedback, readAloud, chat, records } = options;
    this.#records = records;
    this.#host = chat.host;
    this.#emit = chat.emit;
    this.figures = new Figures(options);
    if (feedback) this.#feedback = new Feedback(texts, (value) => this.#rate(answer.turn, value));
    if (readAloud) this.#read = readButton(options, () => blocksOf(answer.element));
    const own = chat.actions.map((action) => customButton(action, () => this.#subjectOf(answer.turn)));
    this.buttons = [...(this.#feedback?.buttons ?? []), ...(this.#read ? [this.#read] : []), ...own];
  }

  show({ messages }) {
    const last = messages.at(-1);
    this.#feedback?.show(feedbackOf(this.#host.context, last));
    this.#record = this.#records.get(last?.id) ?? this.#record;
  }

  /** The answer is so long by now; `record` is that of the run that writes it. */
  count(length, record = this.#record) {
    this.#record = record;
    this.figures.show(length, record);
  }

  leave() {
    if (this.#read) stopReading(this.#read);
  }

  #rate({ messages, from }, value) {
    const { context } = this.#host;
    const message = messages.at(-1);
    const question = context.messages.slice(0, from).findLast(({ role }) => role === "user")?.content;
    setFeedback(context, message, value);
    this.#emit("feedback", { value, message, question });
  }

  #subjectOf({ messages, text }) {
    return { message: messages.at(-1), text, chat: this.#host };
  }
}

/** An answer's text in blocks, without markup and without blocks of code. */
const blocksOf = (answer) => [...answer.querySelectorAll(".text > :not(.code)")].map(({ textContent }) => textContent.trim()).filter(Boolean);
