// The blocks that hold text. begin(text) and write(text) take a line, next(text) goes on with another one, close() ends it. Of an open one
// and a line, continues(line) and tableAt(line) say what the line is to it.
import { element, grow } from "../view/dom.js";
import { Inline } from "./inline.js";
import { codeBlock } from "./nodes.js";
import { MORE } from "./start.js";
import { alignmentsOf, cellsOf, isHalfDelimiter } from "./table.js";

// Of a line that may be the head of a table.
const LONGEST_HEAD = 2000;

export class Paragraph {
  isText = true;
  isParagraph = true;
  #context;
  #node;
  #inline;
  #put;
  // Whether the text goes on in another line.
  #hasEnded = false;
  // What may be the head of a table: a line that begins with a bar is held back, another one is known as long as it is the first one.
  #row;
  #first = "";
  #lines = 1;

  /** Text goes into `node`, or into a paragraph that put(node) brings to its place. */
  constructor(context, { node, put }) {
    this.#node = node;
    this.#put = put;
    this.#context = context;
  }

  /** The text of a line, up to its end or the first part of it. */
  begin(text) {
    if (text.startsWith("|") && !this.#inline?.isInEquation) this.#row = "";
    this.write(text);
  }

  next(text) {
    this.#release();
    this.#lines++;
    this.#hasEnded = true;
    this.begin(text);
  }

  write(text) {
    if (this.#row === undefined) {
      if (this.#lines === 1 && this.#put) this.#first += text.slice(0, LONGEST_HEAD - this.#first.length);
      this.#inlineText(text);
      return;
    }
    this.#row += text;
    if (this.#row.length >= LONGEST_HEAD) this.#release();
  }

  continues(line) {
    return this.#inline?.isInEquation && !line.isBlank ? "more" : undefined;
  }

  /** Where the line is the second one of a table: { kind, alignments }. */
  tableAt({ text, isWhole }) {
    const head = this.#row ?? (this.#lines === 1 && this.#put ? this.#first : "");
    if (!head.includes("|") || head.length >= LONGEST_HEAD || !isHalfDelimiter(text)) return undefined;
    if (!isWhole) return MORE;
    const alignments = alignmentsOf(text);
    return alignments?.length === cellsOf(head).length ? { kind: "table", head, alignments, rest: "" } : undefined;
  }

  /** Leaves its last line to a table. */
  leave() {
    this.#row = undefined;
    if (this.#lines > 1) this.close();
    else if (this.#put) this.#node?.remove();
  }

  close() {
    this.#release();
    this.#inline?.end();
    if (this.#put) this.#node?.after("\n");
  }

  #release() {
    const row = this.#row;
    this.#row = undefined;
    if (row !== undefined) this.#inlineText(row);
  }

  #inlineText(text) {
    this.#node ??= this.#put(element("p"));
    this.#inline ??= new Inline(this.#node, this.#context);
    this.#inline.write(this.#hasEnded ? `\n${text}` : text);
    this.#hasEnded = false;
  }
}

export class Heading {
  isLine = true;
  #node;
  #inline;
  // Marks at the end of the line do not count: white space, marks and white space, held back until something else comes.
  #white = " ";
  #marks = "";
  #after = "";

  /** The page's own headings stand above those of an answer. */
  constructor(context, { level, put }) {
    this.#node = put(element(`h${Math.min(6, level + 2)}`));
    this.#inline = new Inline(this.#node, context);
  }

  begin(text) {
    this.write(text);
  }

  write(text) {
    for (const piece of text.match(/[ \t]+|#+|[^ \t#]+/g) ?? []) {
      if (piece[0] === "#") this.#mark(piece);
      else if (!/[ \t]/.test(piece[0])) this.#out(piece);
      else if (this.#marks) this.#after += piece;
      else this.#white += piece;
    }
  }

  close() {
    this.#inline.end();
    this.#node.after("\n");
  }

  #mark(marks) {
    if (!this.#white) this.#out(marks);
    else if (this.#after) {
      const white = this.#after;
      this.#after = "";
      this.#out("");
      this.#white = white;
      this.#marks = marks;
    } else this.#marks += marks;
  }

  #out(text) {
    const all = this.#white + this.#marks + this.#after + text;
    this.#inline.write(this.#node.hasChildNodes() ? all : all.trimStart());
    this.#white = this.#marks = this.#after = "";
  }
}

export class Code {
  #context;
  #block;
  #code;
  #language;
  #fence;
  #source = "";
  #text = "";
  #isBegun = false;
  // Ends of lines that are not shown yet: what ends the last line is no part of the code.
  #blank = 0;

  /** Without a fence it is indented. */
  constructor(context, { put, mark, indent = 4, language = "" }) {
    this.#context = context;
    this.#fence = mark;
    this.indent = indent;
    this.#language = language;
    const { block, code } = codeBlock(language, context.texts);
    this.#block = put(block);
    this.#code = code;
  }

  continues(line) {
    const { text, indent, isBlank, isWhole } = line;
    if (this.#fence === undefined) {
      if (!isBlank && indent < 4) return undefined;
    } else if (indent < 4 && text[0] === this.#fence[0] && /^(.)\1*[ \t]*$/.test(text)) {
      if (!isWhole) return MORE;
      if (text.trimEnd().length >= this.#fence.length) return "end";
    }
    line.indentBy(this.indent);
    return "more";
  }

  begin(text) {
    this.next(text);
  }

  next(text) {
    if (this.#isBegun) this.#blank++;
    this.#isBegun = true;
    this.write(text);
  }

  write(text) {
    // Empty lines at the end of what is indented do not belong to it.
    if (this.#fence || /[^ \t]/.test(text)) this.#release();
    else if (this.#blank) return;
    this.#text += text;
  }

  flush() {
    if (this.#text) grow(this.#code, this.#text);
    this.#source += this.#text;
    this.#text = "";
  }

  close() {
    this.flush();
    this.#block.after("\n");
    this.#context.hooks?.add(this.#code, "highlight", this.#source, this.#language);
  }

  #release() {
    this.#text += "\n".repeat(this.#blank);
    this.#blank = 0;
  }
}
