// One of the stored conversations: to be opened, renamed or deleted.
import { element, icon, timeOf } from "../shared.js";

export class ConversationRow {
  element;
  /** What a search looks at. */
  words;
  #open;
  #rename;
  #form;

  /** `heard` are open(id), rename(id, title) and remove(id). */
  constructor({ id, updatedAt, preview, title, isCurrent, isWriting }, { texts, locale }, heard) {
    const name = title || preview || texts.untitled;
    this.words = `${title ?? ""}\n${preview}`.toLowerCase();
    this.#open = element("button", { type: "button", class: "row", "aria-current": isCurrent && "true", click: () => heard.open(id) },
      element("span", { class: "preview", dir: "auto" }, name),
      isWriting ? element("span", { class: "writing" }, texts.writing) : timeOf(updatedAt, locale));
    const button = (text, symbol, click) =>
      element("button", { type: "button", class: "quiet", "aria-label": `${text}: ${name}`, title: text, click }, icon(symbol));
    this.#rename = button(texts.renameConversation, "edit", () => this.#edit(title || preview, texts, (words) => heard.rename(id, words)));
    this.element = element("li", {}, this.#open, this.#rename, button(texts.deleteConversation, "cross", () => heard.remove(id)));
  }

  get isRenaming() {
    return this.#form?.isConnected ?? false;
  }

  focus() {
    this.#open.focus();
  }

  #edit(value, texts, rename) {
    const field = element("input", { class: "search", "aria-label": texts.renameConversation, autocomplete: "off", enterkeyhint: "done", dir: "auto" });
    field.value = value;
    const form = (this.#form = element("form", { class: "rename" }, field));
    const end = () => {
      form.replaceWith(this.#open);
      this.#rename.hidden = false;
      this.#rename.focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      end();
      rename(field.value.trim());
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      // The list stays open.
      event.stopPropagation();
      end();
    });
    this.#open.replaceWith(form);
    this.#rename.hidden = true;
    field.select();
    field.focus();
  }
}
