// Tables: cell after cell, as they arrive.
import { element } from "../view/dom.js";
import { Inline } from "./inline.js";

// Cells with more letters than this want room.
const LONG = 20;

const HALF_DELIMITER = /^[|:\- \t]*$/;

/** Whether a line, as far as it has come, may stand below the head of a table. */
export const isHalfDelimiter = (text) => HALF_DELIMITER.test(text);

/** The cells of a line, as they are written. */
export const cellsOf = (line) =>
  line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "").split(/(?<!\\)\|/).map((cell) => cell.trim());

/** "left", "center", "right" or "" for each column, or undefined where the line is none below a head. */
export function alignmentsOf(line) {
  const cells = cellsOf(line);
  if (!cells.every((cell) => /^:?-+:?$/.test(cell))) return undefined;
  return cells.map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "center" : "right") : cell.startsWith(":") ? "left" : ""));
}

export class Table {
  isText = true;
  #context;
  #alignments;
  #block;
  #table = element("table", { part: "table" });
  #row;
  #cell;
  #inline;
  // A backslash whose letter is still to come.
  #escape = "";
  // Whether nothing of the row has come yet.
  #isFirst;
  #column = 0;

  constructor(context, { put, head, alignments }) {
    this.#context = context;
    this.#alignments = alignments;
    this.#block = put(element("div", { class: "table", tabindex: "0", role: "group", "aria-label": context.texts.table }, this.#table));
    this.#beginRow(this.#table.createTHead());
    this.write(head);
    this.#endRow();
  }

  /** A row: a line's text, up to its end or the first part of it. */
  begin(text) {
    this.#endRow();
    this.#beginRow(this.#table.tBodies[0] ?? this.#table.createTBody());
    this.write(text);
  }

  next(text) {
    this.begin(text);
  }

  write(text) {
    const pieces = (this.#escape + text).match(/\\[^]|\\$|\||[^\\|]+/g) ?? [];
    this.#escape = pieces.at(-1) === "\\" ? pieces.pop() : "";
    for (const piece of pieces) {
      if (piece === "|") this.#bar();
      else this.#write(piece === "\\|" ? "|" : piece);
    }
  }

  close() {
    this.#endRow();
    this.#block.after("\n");
  }

  #beginRow(section) {
    this.#row = section.appendChild(element("tr"));
    this.#isFirst = true;
    this.#column = 0;
  }

  #endRow() {
    if (!this.#row) return;
    if (this.#escape) this.#write(this.#escape);
    this.#escape = "";
    this.#endCell();
    this.#row.after("\n");
    this.#row = undefined;
  }

  /** The first one of a line may be left out, and so may the last. */
  #bar() {
    if (!this.#cell && !this.#isFirst) this.#beginCell();
    this.#isFirst = false;
    this.#endCell();
  }

  #write(text) {
    const words = this.#cell ? text : text.trimStart();
    if (!words) return;
    if (!this.#cell) this.#beginCell();
    this.#inline.write(words);
  }

  #beginCell() {
    const align = this.#alignments[this.#column++];
    this.#isFirst = false;
    this.#cell = element(this.#row.parentNode.localName === "thead" ? "th" : "td", { "data-align": align || undefined });
    this.#row.append(this.#cell);
    this.#inline = new Inline(this.#cell, this.#context);
  }

  #endCell() {
    if (!this.#cell) return;
    this.#inline.end();
    if (this.#cell.textContent.length > LONG) this.#cell.classList.add("long");
    this.#cell.after("\t");
    this.#cell = undefined;
  }
}
