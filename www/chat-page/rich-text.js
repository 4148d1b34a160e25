// Shows an answer as it grows: only ever appends, so a chunk costs what the chunk is long.
import { element } from "./dom.js";
import { Fences } from "./fences.js";

const ITEM = /^\s*(?:[-*•–—]|\d{1,3}[.)])\s/;
const HEADING = /^#{1,6}\s/;

// Long enough for every mark at the start of a line: a longer line need not be looked at again.
const LONGEST_MARK = 16;

function classify(line) {
  const text = line.textContent;
  line.classList.toggle("item", ITEM.test(text));
  line.classList.toggle("heading", HEADING.test(text));
}

// One text node a line: letters that join, as in Arabic, do so within a node.
function grow(node, text) {
  if (node.lastChild) node.lastChild.appendData(text);
  else node.append(text);
}

export class RichText {
  element = element("div", { class: "text" });
  #fences = new Fences();
  #line;
  #code;

  append(chunk) {
    for (const part of this.#fences.push(chunk)) this.#show(part);
  }

  finish() {
    for (const part of this.#fences.finish()) this.#show(part);
    if (this.#line) this.#endLine();
  }

  #show({ text, open, code, close }) {
    if (text !== undefined) this.#text(text);
    else if (code !== undefined) grow(this.#code, code);
    else if (close) this.#code = undefined;
    else this.#openCode(open);
  }

  // One block a line, so that each takes its own direction; the line ends stand between the blocks,
  // where they are not rendered but are part of the text.
  #text(text) {
    for (const piece of text.split(/(?<=\n)/)) {
      const content = piece.endsWith("\n") ? piece.slice(0, -1) : piece;
      if (!this.#line) {
        this.#line = element("div", { class: "line", dir: "auto" });
        this.element.append(this.#line);
      }
      if (content) grow(this.#line, content);
      if (this.#line.textContent.length < LONGEST_MARK) classify(this.#line);
      if (content !== piece) {
        this.#endLine();
        this.element.append("\n");
      }
    }
  }

  #endLine() {
    if (this.#line.firstChild) {
      classify(this.#line);
    } else {
      // Makes the empty line part of what is copied.
      this.#line.append(element("br"));
      this.#line.classList.add("gap");
    }
    this.#line = undefined;
  }

  #openCode(language) {
    if (this.#line) this.#endLine();
    this.#code = element("code");
    const label = language ? `Code, ${language}` : "Code";
    // Focusable, since a wide one scrolls sideways.
    this.element.append(element("pre", { class: "code", tabindex: "0", role: "region", "aria-label": label, "data-language": language || undefined }, this.#code));
  }
}
