// The sources of an answer, as numbered links.
import { element, linkTarget } from "../shared.js";

export class Sources {
  element;
  #known = new Set();

  constructor({ texts }) {
    this.element = element("ol", { class: "sources", part: "sources", "aria-label": texts.sources });
  }

  /** Adds a source, unless one with the same address is there. */
  add({ url, title, text }) {
    const target = url && linkTarget(url);
    const name = title || (target ? new URL(target).host || target : url || text);
    const key = target || name;
    if (!key || this.#known.has(key)) return;
    this.#known.add(key);
    const attributes = target ? { href: target, target: "_blank", rel: "noopener noreferrer" } : {};
    this.element.append(element("li", {}, element(target ? "a" : "span", { dir: "auto", title: text, ...attributes }, name)));
  }

  show(sources) {
    for (const source of sources) this.add(source);
  }
}
