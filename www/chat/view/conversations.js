// The list of kept conversations.
import { element, icon } from "./dom.js";
import { timeOf } from "./time.js";

export class Conversations {
  element;
  #summary = element("summary", { class: "button" });
  #list = element("ul", { part: "conversation-list" });
  #fresh = element("button", { type: "button", class: "button", part: "new" });
  #menu;
  #texts;
  #heard;

  /** `heard` are list(), open(id), create() and remove(id). */
  constructor(heard) {
    this.#heard = heard;
    this.#menu = element("details", { class: "list-menu" }, this.#summary, this.#list);
    this.element = element("nav", { class: "bar", part: "conversations", hidden: true }, this.#menu, this.#fresh);
    this.#menu.addEventListener("toggle", () => this.#menu.open && this.#fill());
    this.#menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.#menu.contains(relatedTarget)) this.close();
    });
    this.#fresh.addEventListener("click", () => this.#choose(() => heard.create()));
  }

  label(texts) {
    this.#texts = texts;
    this.element.setAttribute("aria-label", texts.conversations);
    this.#summary.replaceChildren(icon("list"), texts.conversations);
    this.#fresh.replaceChildren(icon("plus"), element("span", { class: "wide" }, texts.newConversation));
    this.#fresh.setAttribute("aria-label", texts.newConversation);
    this.#fresh.title = texts.newConversation;
  }

  /** True where it was open. */
  close() {
    const wasOpen = this.#menu.open;
    if (wasOpen && this.#menu.contains(this.#menu.getRootNode().activeElement)) this.#summary.focus();
    this.#menu.open = false;
    return wasOpen;
  }

  #choose(act) {
    this.close();
    act();
  }

  async #fill() {
    const { conversations, current, locale } = await this.#heard.list();
    const rows = conversations.map((each) => this.#row(each, each.id === current, locale));
    if (rows.length === 0) rows.push(element("li", { class: "none" }, this.#texts.noConversations));
    this.#list.replaceChildren(...rows);
  }

  #row({ id, updatedAt, preview }, isCurrent, locale) {
    const name = preview || this.#texts.untitled;
    const open = element("button", { type: "button", class: "row", "aria-current": isCurrent && "true", click: () => this.#choose(() => this.#heard.open(id)) },
      element("span", { class: "preview", dir: "auto" }, name), timeOf(updatedAt, locale));
    const remove = element("button", { type: "button", class: "quiet", "aria-label": `${this.#texts.deleteConversation}: ${name}`, title: this.#texts.deleteConversation }, icon("cross"));
    remove.addEventListener("click", async () => {
      await this.#heard.remove(id);
      this.#summary.focus();
      await this.#fill();
    });
    return element("li", {}, open, remove);
  }
}
