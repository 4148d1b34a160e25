// What a page adds to answers: buttons, views of tools, and what becomes of feedback.
import { feedbackOf, setFeedback } from "./feedback.js";

export class Additions {
  actions = [];
  toolViews = {};
  /** What each answer shows a copy of. */
  avatar;
  /** How often something was set: what is shown is drawn anew then. */
  version = 0;
  host;
  #emit;

  /** `host` is the element; `emit(name, detail)` dispatches an event there. */
  constructor(host, emit) {
    this.host = host;
    this.#emit = emit;
  }

  feedbackOf({ messages }) {
    return feedbackOf(this.host.context, messages.at(-1));
  }

  rate({ messages, from }, value) {
    const { context } = this.host;
    const message = messages.at(-1);
    const question = context.messages.slice(0, from).findLast(({ role }) => role === "user")?.content;
    setFeedback(context, message, value);
    this.#emit("feedback", { value, message, question });
  }

  /** What a button of the page is told. */
  subjectOf({ messages, text }) {
    return { message: messages.at(-1), text, chat: this.host };
  }
}
