// Footnotes: a reference is its source until its note comes, then a link to it. The notes are a list at the end of the answer.
import { element } from "../view/dom.js";
import { filled } from "../text/texts.js";
import { direct } from "./direction.js";

// So that no two answers have a note of the same id.
let lists = 0;

export class Notes {
  #root;
  #texts;
  #id = `note-${++lists}`;
  #list = element("ol");
  #section;
  #count = 0;
  // By label: { references, item, number, isClosed, isLinked }.
  #notes = new Map();

  constructor(root, texts) {
    this.#root = root;
    this.#texts = texts;
  }

  /** What all other blocks stand before, if there are notes. */
  get end() {
    return this.#section;
  }

  /** A reference, wherever it is put. */
  refer(label) {
    const note = this.#note(label);
    const reference = element("span", { dir: "ltr" }, `[^${label}]`);
    note.references.push(reference);
    this.#link(note);
    return reference;
  }

  /** Where the text of a note goes. */
  define(label) {
    this.#section ??= this.#begin();
    const note = this.#note(label);
    const item = this.#list.appendChild(element("li", { tabindex: "-1" }));
    this.#count++;
    // One that comes twice is only another item.
    if (!note.item) {
      note.item = item;
      note.number = this.#count;
      item.id = `${this.#id}-${note.number}`;
      this.#link(note);
    }
    return item;
  }

  /** Its text is complete. */
  close(label) {
    const note = this.#note(label);
    note.isClosed = true;
    direct(this.#section);
    this.#link(note);
  }

  #note(label) {
    if (!this.#notes.has(label)) this.#notes.set(label, { references: [] });
    return this.#notes.get(label);
  }

  #begin() {
    const section = element("section", { class: "notes", role: "doc-endnotes", "aria-label": this.#texts.footnotes }, this.#list);
    this.#root.addEventListener("click", (event) => this.#follow(event));
    this.#root.append(section);
    return section;
  }

  /** Makes links of its references that are none yet, and one from its end to the first of them. */
  #link(note) {
    const { item, number, references } = note;
    if (!item) return;
    for (const reference of references.splice(0)) {
      const id = note.back ? undefined : `${item.id}-reference`;
      note.back ??= id;
      const words = filled(this.#texts.footnote, { number });
      reference.replaceChildren(element("sup", {}, element("a", { id, href: `#${item.id}`, role: "doc-noteref", "aria-label": words }, String(number))));
    }
    if (!note.isClosed || !note.back || note.isLinked) return;
    note.isLinked = true;
    (item.lastElementChild?.localName === "p" ? item.lastElementChild : item).append(" ", element("a", { href: `#${note.back}`, role: "doc-backlink", "aria-label": this.#texts.footnoteBack }, "↩"));
  }

  // Addresses of the page do not lead into a shadow root.
  #follow(event) {
    const link = event.target.closest("[role=doc-noteref], [role=doc-backlink]");
    if (!link) return;
    event.preventDefault();
    const target = this.#root.querySelector(link.getAttribute("href"));
    target?.scrollIntoView({ block: "nearest" });
    target?.focus({ preventScroll: true });
  }
}
