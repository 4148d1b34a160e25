// Loads the list of conversations when it is first shown.
import { randomName } from "../session/remembered.js";
import { localeOf } from "../view/time.js";

export class ListLoader {
  #part;
  #isLoading = false;
  #chat;
  #session;
  #view;
  #host;

  /** `host` are select(id), which goes to a conversation, and changed(). */
  constructor(chat, session, view, host) {
    this.#chat = chat;
    this.#session = session;
    this.#view = view;
    this.#host = host;
  }

  connect() {
    this.#part?.connect();
  }

  disconnect() {
    this.#part?.disconnect();
  }

  update(isShown) {
    this.#part?.update(isShown);
    if (!isShown || this.#isLoading) return;
    this.#isLoading = true;
    import("./part.js").then((module) => this.#add(module), (error) => {
      // Tried again with the next change.
      this.#isLoading = false;
      this.#view.fail("list", error);
    });
  }

  #add({ ConversationsPart }) {
    const { select, changed } = this.#host;
    const choose = (id) => {
      select(id);
      this.#chat.focus();
    };
    this.#part = new ConversationsPart(this.#chat.shadowRoot, this.#session, {
      open: choose,
      create: () => choose(randomName()),
      select,
      changed,
      locale: () => localeOf(this.#chat),
    });
    this.#view.addConversations(this.#part);
    if (this.#chat.isConnected) this.#part.connect();
    changed();
  }
}
