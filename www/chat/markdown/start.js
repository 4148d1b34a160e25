// What a line begins with, as far as it has come: which of the open quotes, list items and footnotes it goes on with, which it opens,
// and what kind of block its text is. Nothing is changed here.

// Deeper than in any honest text: further marks are text.
const DEEPEST = 20;

/** More of the line decides. */
export const MORE = Symbol();

const FENCE = /^(`{3,}|~{3,})[ \t]*([^]*)$/;
const HALF_FENCE = /^(?:`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}[^]*)$/;
const RULE = /^([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const HALF_RULE = /^([-*_])[ \t]*(?:\1[ \t]*)*$/;
const ITEM = /^(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)/;
const HALF_ITEM = /^(?:[-+*]|\d{1,9}[.)]?)$/;
const NOTE = /^\[\^([^\]\s]{1,100})\]:/;
const HALF_NOTE = /^\[(?:\^(?:[^\]\s]{0,100}|[^\]\s]{1,100}\]))?$/;
const TASK = /^\[([ xX])\](?=[ \t])/;
const HALF_TASK = /^\[(?:[ xX]\]?)?$/;

/** A line of which white space is taken by columns: a tab goes to the next multiple of four. */
class Line {
  #column = 0;

  constructor(text, isWhole) {
    this.rest = text;
    this.isWhole = isWhole;
  }

  get isBlank() {
    return !/[^ \t]/.test(this.rest);
  }

  get indent() {
    let column = this.#column;
    for (const letter of /^[ \t]*/.exec(this.rest)[0]) column += letter === "\t" ? 4 - (column % 4) : 1;
    return column - this.#column;
  }

  /** What stands behind the white space. */
  get text() {
    return this.rest.trimStart();
  }

  /** Takes white space of so many columns, as far as there is some. */
  indentBy(columns) {
    for (let left = columns; left > 0 && /^[ \t]/.test(this.rest); left--) {
      if (this.rest[0] === "\t") this.rest = " ".repeat(3 - (this.#column % 4)) + this.rest.slice(1);
      else this.rest = this.rest.slice(1);
      this.#column++;
    }
  }

  /** Takes so many letters that are no white space, and what stands before them. */
  take(letters) {
    this.indentBy(this.indent);
    this.rest = this.rest.slice(letters);
    this.#column += letters;
  }
}

/** `{ matched, opened, kind, rest, … }`, or MORE. `containers` are what is open, the outermost first, `leaf` the block in the innermost. */
export function startOf(text, isWhole, containers, leaf) {
  const line = new Line(text, isWhole);
  const matched = containers.findIndex((container) => !goesOn(container, line));
  const place = { matched: matched < 0 ? containers.length : matched, opened: [] };
  if (!isWhole && line.isBlank) return MORE;
  const isIn = matched < 0;
  const kind = isIn && leaf?.continues?.(line);
  if (kind === MORE) return MORE;
  if (kind) return { ...place, kind, rest: line.rest };
  return blockAt(line, place, leaf, isIn);
}

function goesOn(container, line) {
  if (!line.isWhole && line.isBlank) return false;
  if (container.kind === "quote") {
    if (line.indent > 3 || !line.text.startsWith(">")) return false;
    takeQuote(line);
    return true;
  }
  if (!line.isBlank && line.indent < container.indent) return false;
  line.indentBy(container.indent);
  // An item may begin with one empty line.
  return !(line.isBlank && container.isEmpty);
}

function takeQuote(line) {
  line.take(1);
  line.indentBy(1);
}

/** The block, and the containers around it that begin in this line. */
function blockAt(line, place, leaf, isIn) {
  for (;;) {
    const isFirst = place.opened.length === 0;
    const isInText = isFirst && isIn && leaf?.isText;
    const isDeep = place.matched + place.opened.length >= DEEPEST;
    if (line.isBlank) return line.isWhole ? { ...place, kind: "blank" } : MORE;
    if (line.indent > 3) return indented(line, place, isFirst && leaf?.isParagraph);
    const found = (isInText && leaf.tableAt?.(line)) || beginning(line, { isInText, isDeep, isTop: place.matched === 0 && isFirst });
    if (found === MORE) return MORE;
    if (!found) return { ...place, kind: "text", rest: line.text };
    if (found.kind) return { ...place, ...found };
    place.opened.push(found.container);
    const task = found.container.kind === "item" && taskAt(line);
    if (task === MORE) return MORE;
    if (task) found.container.task = task;
  }
}

function indented(line, place, isContinued) {
  if (isContinued) return { ...place, kind: "text", rest: line.text };
  line.indentBy(4);
  return { ...place, kind: "indented", rest: line.rest };
}

/** { kind, … } of a block, { container } of what has blocks, MORE, or undefined: a paragraph. */
function beginning(line, { isInText, isDeep, isTop }) {
  const { text, isWhole } = line;
  const half = (pattern) => !isWhole && pattern.test(text);
  switch (text[0]) {
    case "#": return half(/^#{1,6}$/) ? MORE : heading(text);
    case "`": case "~": return fenceAt(line);
    case ">": return isDeep ? undefined : quoteAt(line);
    case "[": return isTop && (half(HALF_NOTE) ? MORE : noteAt(line));
    case "_": return half(HALF_RULE) ? MORE : ruleAt(text, isWhole);
    case "-": case "*": if (half(HALF_RULE)) return MORE;
  }
  return ruleAt(text, isWhole) || (isDeep || !/^[-+*\d]/.test(text) ? undefined : half(HALF_ITEM) ? MORE : itemAt(line, isInText));
}

function heading(text) {
  const [marks] = /^#{1,6}(?=[ \t]|$)/.exec(text) ?? [];
  return marks && { kind: "heading", level: marks.length, rest: text.slice(marks.length).trimStart() };
}

const ruleAt = (text, isWhole) => (isWhole && RULE.test(text) ? { kind: "rule", rest: "" } : undefined);

function fenceAt({ text, indent, isWhole }) {
  if (!isWhole) return HALF_FENCE.test(text) ? MORE : undefined;
  const [, mark, info] = FENCE.exec(text) ?? [];
  if (!mark || (mark[0] === "`" && info.includes("`"))) return undefined;
  return { kind: "fence", mark, indent, language: /^\S*/.exec(info)[0], rest: "" };
}

function quoteAt(line) {
  takeQuote(line);
  return { container: { kind: "quote" } };
}

function noteAt(line) {
  const [whole, label] = NOTE.exec(line.text) ?? [];
  if (!whole) return undefined;
  line.take(whole.length);
  line.indentBy(line.indent);
  return { container: { kind: "note", label, indent: 4 } };
}

function itemAt(line, isInText) {
  const before = line.indent;
  const [mark] = ITEM.exec(line.text) ?? [];
  if (!mark) return undefined;
  const isEmpty = !/\S/.test(line.text.slice(mark.length));
  if (isEmpty && !line.isWhole) return MORE;
  const start = parseInt(mark, 10);
  // A number at the beginning of a line of text is rarely meant as a list.
  if (isInText && (isEmpty || start > 1 || start === 0)) return undefined;
  line.take(mark.length);
  const space = isEmpty || line.indent > 4 ? 1 : line.indent;
  line.indentBy(space);
  return { container: { kind: "item", list: mark.at(-1), start, indent: before + mark.length + space } };
}

function taskAt(line) {
  if (!line.isWhole && HALF_TASK.test(line.rest)) return MORE;
  const [whole, box] = TASK.exec(line.rest) ?? [];
  if (!whole) return undefined;
  line.take(whole.length);
  line.indentBy(line.indent);
  return { isDone: box !== " " };
}
