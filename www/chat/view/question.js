// A question of the person.
import { actionButton } from "./action.js";
import { element } from "./dom.js";
import { Late } from "./late.js";
import { setTime, timeOf } from "./time.js";

export class Question {
  role = "user";
  turn;
  element;
  #options;
  #files;
  #text;
  #meta;
  #edit;
  #alternatives;
  #form;
  #time;
  #attached;

  constructor(options, turn) {
    const { texts, locale, load, withParts } = options;
    const { text, at, attachments } = turn;
    this.turn = turn;
    this.#options = options;
    this.#attached = keyOf(attachments);
    this.#time = timeOf(at, locale);
    this.#edit = actionButton(texts, "edit", "edit");
    this.#alternatives = new Late(withParts, (parts) => new parts.Alternatives(texts));
    this.#files = element("div", { class: "attachments", part: "attachments", hidden: attachments.length === 0 });
    if (attachments.length > 0) withParts(({ attachmentView }) => this.#files.append(...attachments.map((each) => attachmentView(each, options, load))));
    this.#text = element("div", { class: "bubble", part: "bubble", hidden: !text }, element("p", { dir: "auto" }, text));
    this.#meta = element("div", { class: "meta" }, this.#alternatives.element, this.#time,
      element("div", { class: "actions" }, actionButton(texts, "copy", "copy"), this.#edit));
    this.element = element("article", { class: "turn question", part: "message question", "aria-label": texts.you },
      this.#files, this.#text, this.#meta);
    this.offer({});
  }

  get text() {
    return this.turn.text;
  }

  offer({ act }) {
    this.#edit.hidden = !act;
    this.#alternatives.element.inert = !act;
  }

  leave() {}

  /** False where it is another one. */
  show(turn) {
    if (turn.text !== this.text || keyOf(turn.attachments) !== this.#attached) return false;
    this.turn = turn;
    setTime(this.#time, turn.at, this.#options.locale);
    if (turn.alternatives) this.#alternatives.do((shown) => shown.show(turn));
    else this.#alternatives.clear();
    return true;
  }

  /** Lets it be edited where it stands. `send(text, attachments)` says whether that was sent. */
  edit(send) {
    this.#options.withParts(({ QuestionEdit }) => this.#editIn(QuestionEdit, send));
  }

  #editIn(QuestionEdit, send) {
    this.#form ??= new QuestionEdit(this.#options, this.turn, {
      send: (text, attachments) => send(text, attachments) && this.#endEdit(),
      cancel: () => {
        this.#endEdit();
        this.#edit.focus();
      },
    });
    this.#files.hidden = this.#text.hidden = this.#meta.hidden = true;
    this.#text.after(this.#form.element);
    this.#form.focus();
  }

  #endEdit() {
    this.#form.element.remove();
    this.#form = undefined;
    this.#files.hidden = this.turn.attachments.length === 0;
    this.#text.hidden = !this.text;
    this.#meta.hidden = false;
  }
}

/** The same for a file that is being sent and for what the conversation has of it then. */
const keyOf = (attachments) => JSON.stringify(attachments.map(({ name, size, url }) => [name || "", size, url]));
