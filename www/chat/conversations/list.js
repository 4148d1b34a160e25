// The list of stored conversations.
import { element, icon } from "../shared.js";
import { ConversationRow } from "./row.js";

// So many are found without a search.
const FEW = 7;

export class ConversationList {
  element;
  #summary = element("summary", { class: "button" });
  #search = element("input", { type: "search", class: "search", part: "conversation-search", autocomplete: "off", hidden: true });
  #list = element("ul", { part: "conversation-list" });
  #none = element("p", { class: "none", role: "status", dir: "auto" });
  #fresh = element("button", { type: "button", class: "button", part: "new" });
  #deleted = element("span", { id: "deleted", dir: "auto" });
  // It gets the focus, and is heard with its description.
  #undo = element("button", { type: "button", class: "button", part: "undo", "aria-describedby": "deleted", hidden: true });
  #menu;
  #rows = [];
  #texts;
  #heard;

  /** `heard` are list(), open(id), create(), rename(id, title), remove(id) and undo(). */
  constructor(heard) {
    this.#heard = heard;
    this.#menu = element("details", { class: "list-menu" }, this.#summary, element("div", { class: "menu" }, this.#search, this.#list, this.#none));
    this.element = element("nav", { class: "bar", part: "conversations", hidden: true },
      element("p", { class: "deleted" }, this.#deleted, this.#undo), this.#menu, this.#fresh);
    this.#menu.addEventListener("toggle", () => this.#menu.open && this.update());
    this.#menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && relatedTarget !== this.#undo && !this.#menu.contains(relatedTarget)) this.close();
    });
    this.#search.addEventListener("input", () => this.#filter());
    this.#fresh.addEventListener("click", () => this.#choose(() => heard.create()));
    this.#undo.addEventListener("click", () => {
      this.#summary.focus();
      heard.undo();
    });
  }

  label(texts) {
    this.#texts = texts;
    this.element.setAttribute("aria-label", texts.conversations);
    this.#summary.replaceChildren(icon("list"), texts.conversations);
    this.#fresh.replaceChildren(icon("plus"), element("span", { class: "wide" }, texts.newConversation));
    this.#fresh.setAttribute("aria-label", texts.newConversation);
    this.#fresh.title = texts.newConversation;
    this.#search.setAttribute("aria-label", texts.searchConversations);
    this.#search.placeholder = texts.searchConversations;
    this.#undo.textContent = texts.undo;
  }

  /** True where it was open. */
  close() {
    const wasOpen = this.#menu.open;
    if (wasOpen && this.#menu.contains(this.#focused)) this.#summary.focus();
    this.#menu.open = false;
    return wasOpen;
  }

  /** Offers to undo a deletion, as long as that is possible. */
  offerUndo(canUndo) {
    if (canUndo === !this.#undo.hidden) return;
    if (!canUndo && this.#focused === this.#undo) this.#summary.focus();
    this.#undo.hidden = !canUndo;
    this.#deleted.textContent = canUndo ? this.#texts.conversationDeleted : "";
    if (canUndo && this.#menu.open) this.#undo.focus();
  }

  /** Brings the list up to date where it is open. */
  async update() {
    if (!this.#menu.open || this.#rows.some(({ isRenaming }) => isRenaming)) return;
    const { conversations, locale } = await this.#heard.list();
    const focused = this.#rows.findIndex(({ element: row }) => row.contains(this.#focused));
    const heard = { ...this.#heard, open: (id) => this.#choose(() => this.#heard.open(id)) };
    this.#rows = conversations.map((each) => new ConversationRow(each, { texts: this.#texts, locale }, heard));
    this.#list.replaceChildren(...this.#rows.map((row) => row.element));
    // Few need no search.
    this.#search.hidden = conversations.length <= FEW;
    if (this.#search.hidden) this.#search.value = "";
    if (focused >= 0) (this.#rows[focused] ?? this.#rows.at(-1))?.focus();
    this.#filter();
  }

  get #focused() {
    return this.#menu.getRootNode().activeElement;
  }

  #filter() {
    const wanted = this.#search.value.trim().toLowerCase();
    for (const row of this.#rows) row.element.hidden = !row.words.includes(wanted);
    const isEmpty = this.#rows.every((row) => row.element.hidden);
    this.#none.textContent = isEmpty ? (wanted ? this.#texts.nothingFound : this.#texts.noConversations) : "";
  }

  #choose(act) {
    this.close();
    act();
  }
}
