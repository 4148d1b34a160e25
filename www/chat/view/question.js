// A question of the person.
import { setTime, timeOf } from "./time.js";
import { actionButton } from "./action.js";
import { attachmentView } from "./attachment.js";
import { element } from "./dom.js";

export class Question {
  role = "user";
  text;
  element;
  #edit;
  #time;
  #locale;
  #attached;

  constructor(options, { text, at, attachments = [] }) {
    const { texts, locale, load } = options;
    this.text = text;
    this.#locale = locale;
    this.#attached = keyOf(attachments);
    this.#time = timeOf(at, locale);
    this.#edit = actionButton(texts, "edit", "edit");
    this.element = element("article", { class: "turn question", part: "message question", "aria-label": texts.you },
      attachments.length > 0 ? element("div", { class: "attachments", part: "attachments" }, ...attachments.map((each) => attachmentView(each, options, load))) : undefined,
      text ? element("div", { class: "bubble", part: "bubble" }, element("p", { dir: "auto" }, text)) : undefined,
      element("div", { class: "meta" }, this.#time, element("div", { class: "actions" }, actionButton(texts, "copy", "copy"), this.#edit)));
    this.offer({});
  }

  offer({ edit }) {
    this.#edit.hidden = !edit;
  }

  leave() {}

  /** False where it is another one. */
  show({ text, at, attachments = [] }) {
    setTime(this.#time, at, this.#locale);
    return text === this.text && keyOf(attachments) === this.#attached;
  }
}

/** The same for a file that is being sent and for what the conversation has of it then. */
const keyOf = (attachments) => JSON.stringify(attachments.map(({ name, size, url }) => [name || "", size, url]));
