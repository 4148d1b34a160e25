// What a sample prints: text, and panes beside each other that have a text of their own.
import { element } from "../common/dom.js";

const NEAR = 24;

/** A text that stays at its end while it grows, until the reader scrolls away from it. */
function growing(name) {
  const node = element("div", { class: "text", tabindex: "0", role: "group", "aria-label": name });
  const print = (text) => {
    const isAtEnd = node.scrollHeight - node.clientHeight - node.scrollTop < NEAR;
    node.append(String(text));
    if (isAtEnd) node.scrollTop = node.scrollHeight;
  };
  return { node, print };
}

export class Output {
  #last;
  element = element("div", { class: "output" });

  clear() {
    this.element.replaceChildren();
    this.#last = undefined;
  }

  /** What panes came in between is another text below them. */
  print = (text) => {
    if (!this.#last?.print) this.#add(growing("Output"));
    this.#last.print(text);
  };

  /** A pane with a title; gives what prints to it. */
  pane = (title) => {
    if (this.#last?.print || !this.#last) this.#add({ node: element("div", { class: "panes" }) });
    const { node, print } = growing(title);
    this.#last.node.append(element("div", { class: "pane" }, element("p", { class: "title" }, title), node));
    return print;
  };

  #add(part) {
    this.#last = part;
    this.element.append(part.node);
  }
}
