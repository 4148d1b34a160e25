// The list of conversations, with what is done in it. It is loaded only by elements that show it.
import { addIcons, addStyle, addTexts } from "../shared.js";
import { ConversationList } from "./list.js";
import css from "./list.css";
import { StoredConversations } from "./stored.js";
import { TEXTS } from "./texts.js";

addIcons({
  list: "M3 4.5h10M3 8h10M3 11.5h6",
  plus: "M8 3v10M3 8h10",
  cross: "M4 4l8 8M12 4l-8 8",
});
addTexts(TEXTS);

export class ConversationsPart {
  #list;
  #stored;

  /** `host` are select(id), which goes to a conversation, open(id), which also takes the focus there, changed(), create() and locale(). */
  constructor(root, session, host) {
    this.#stored = new StoredConversations(session, host);
    this.#list = new ConversationList({
      ...host,
      list: async () => ({ conversations: await this.#stored.list(), locale: host.locale() }),
      rename: (id, title) => this.#stored.rename(id, title),
      remove: (id) => this.#stored.remove(id),
      undo: () => this.#stored.undo(),
    });
    addStyle(root, css);
  }

  get element() {
    return this.#list.element;
  }

  connect() {
    this.#stored.connect();
  }

  disconnect() {
    this.#stored.disconnect();
  }

  label(texts) {
    this.#list.label(texts);
  }

  update(isShown) {
    this.element.hidden = !isShown;
    this.#list.offerUndo(this.#stored.canUndo);
    this.#list.update();
  }

  /** True where it was open. */
  close() {
    return this.#list.close();
  }
}
