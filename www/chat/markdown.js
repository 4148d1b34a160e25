// Markdown that is still arriving, as elements: what came is never looked at again, and nothing of it is ever HTML.
import * as smd from "streaming-markdown";

import { element, grow, icon } from "./view/dom.js";
import { bareAddress, linkTarget } from "./link.js";

// Deeper, or undecided for longer, than any honest text: what follows is shown as it stands.
const DEEPEST = 20;
const LONGEST_PENDING = 4096;

// The page's own headings stand above those of an answer.
const TAGS = new Map([
  [smd.PARAGRAPH, "p"], [smd.BLOCKQUOTE, "blockquote"], [smd.LIST_UNORDERED, "ul"], [smd.LIST_ORDERED, "ol"], [smd.LIST_ITEM, "li"],
  [smd.HEADING_1, "h3"], [smd.HEADING_2, "h4"], [smd.HEADING_3, "h5"], [smd.HEADING_4, "h6"], [smd.HEADING_5, "h6"], [smd.HEADING_6, "h6"],
  [smd.ITALIC_AST, "em"], [smd.ITALIC_UND, "em"], [smd.STRONG_AST, "strong"], [smd.STRONG_UND, "strong"], [smd.STRIKE, "s"],
  [smd.CODE_INLINE, "code"], [smd.LINK, "a"], [smd.RAW_URL, "a"],
  [smd.TABLE_ROW, "tr"], [smd.RULE, "hr"], [smd.LINE_BREAK, "br"], [smd.CHECKBOX, "span"],
]);

const MARKS = new Map([
  [smd.ITALIC_AST, "*"], [smd.ITALIC_UND, "_"], [smd.STRONG_AST, "**"], [smd.STRONG_UND, "__"], [smd.STRIKE, "~~"], [smd.CODE_INLINE, "`"],
  [smd.EQUATION_BLOCK, "$$"], [smd.EQUATION_INLINE, "$"],
]);

const VERBATIM = [smd.CODE_BLOCK, smd.CODE_FENCE, smd.CODE_INLINE, smd.RAW_URL];
const EQUATIONS = [smd.EQUATION_BLOCK, smd.EQUATION_INLINE];
const INLINE = [...MARKS.keys(), smd.LINK, smd.RAW_URL, smd.RULE, smd.LINE_BREAK, smd.CHECKBOX];

export class Markdown {
  #parser;
  #root;
  #texts;
  #images;
  // What is open, the innermost last.
  #open;
  #text = "";
  #before = "";
  #isImage = false;
  #plain;

  /** Fills `root`. With `images`, pictures are loaded; otherwise they are links. */
  constructor(root, { texts, images = false }) {
    this.#root = root;
    this.#texts = texts;
    this.#images = images;
    this.#open = [{ token: smd.DOCUMENT, node: root }];
    this.#parser = smd.parser({
      data: this,
      add_token: (self, token) => self.#begin(token),
      end_token: (self) => self.#end(self.#isMarked()),
      add_text: (self, text) => void (self.#text += text),
      set_attr: (self, name, value) => self.#set(name, value),
    });
  }

  push(text) {
    const characters = text.replaceAll("\r", "");
    if (this.#plain) return grow(this.#plain, characters);
    let at = 0;
    for (const character of characters) {
      if (!this.#write(character)) return this.#giveUp(characters.slice(at));
      at += character.length;
    }
    this.#flush();
    return undefined;
  }

  /** Nothing more comes. */
  finish() {
    if (this.#plain) return;
    // What was held back is decided by the end of a line.
    if (this.#parser.pending && !this.#write("\n")) this.#giveUp("");
    this.#endAll();
  }

  #endAll() {
    while (this.#open.length > 1) this.#end(false);
    this.#flush();
  }

  /** False where the parser should not be asked any more. */
  #write(character) {
    const parser = this.#parser;
    if (parser.len > DEEPEST || parser.pending.length > LONGEST_PENDING) return false;
    try {
      if (character === "[" && this.#before === "!") this.#isImage = true;
      smd.parser_write(parser, escapeOf(parser, character) + character);
      this.#before = character;
      return true;
    } catch {
      return false;
    }
  }

  #giveUp(rest) {
    const held = this.#parser.pending;
    this.#endAll();
    this.#plain = element("p", { class: "plain", dir: "auto" });
    this.#root.append(this.#plain);
    grow(this.#plain, held + rest);
  }

  get #here() {
    return this.#open.at(-1);
  }

  #flush() {
    if (this.#text) grow(this.#here.node, this.#text);
    this.#text = "";
  }

  #begin(token) {
    const isInWord = /[\p{L}\p{N}]$/u.test(this.#text || this.#here.node.lastChild?.data || "");
    this.#flush();
    if (token === smd.DOCUMENT) return;
    const parent = this.#here.node;
    const entry = { token, mark: MARKS.get(token) ?? "" };
    this.#open.push(entry);
    if (token === smd.CODE_INLINE) entry.mark = "`".repeat(this.#parser.fence_start || 1);
    // In snake_case nothing is meant to stand out.
    const isLiteral = EQUATIONS.includes(token) || (entry.mark.startsWith("_") && isInWord);
    if (isLiteral) {
      entry.node = parent;
      entry.isLiteral = true;
      grow(parent, entry.mark);
      return;
    }
    if (token === smd.LINK && this.#isImage) this.#takeImage(entry, parent);
    entry.node = this.#make(entry, parent);
    // Each block takes the direction of its own first letter; what is nested inherits it.
    if (parent === this.#root) (entry.block ?? entry.node).setAttribute("dir", "auto");
  }

  #make(entry, parent) {
    const { token } = entry;
    if (token === smd.CODE_FENCE || token === smd.CODE_BLOCK) return codeBlock(entry, parent, this.#texts);
    if (token === smd.TABLE) return table(entry, parent, this.#texts);
    if (token === smd.TABLE_CELL) return parent.appendChild(element(parent.parentNode.localName === "thead" ? "th" : "td"));
    if (token === smd.TABLE_ROW) return sectionOf(parent).appendChild(element("tr"));
    if (token === smd.CHECKBOX) entry.text = "☐";
    return parent.appendChild(element(TAGS.get(token) ?? "span"));
  }

  #set(name, value) {
    const entry = this.#here;
    if (name === smd.START && /^\d{1,9}$/.test(value)) entry.node.setAttribute("start", value);
    else if (name === smd.CHECKED) entry.text = "☑";
    else if (name === smd.LANG) nameLanguage(entry, value.trim(), this.#texts);
    else entry.address = value;
  }

  /** Whether what ends is ended by its own mark, and not by the end of what it stands in. */
  #isMarked() {
    const { pending } = this.#parser;
    const { token, mark } = this.#here;
    if (token === smd.CODE_INLINE) return pending.replace(/^ /, "") === mark.slice(1);
    if (token === smd.LINK) return pending.startsWith("]");
    return pending === mark || pending === mark[0] || pending === mark[0] + mark[0];
  }

  #end(isMarked) {
    this.#flush();
    const entry = this.#open.pop();
    const { token, node, mark } = entry;
    if (entry.text) node.append(entry.text);
    if (entry.isLiteral) {
      if (isMarked) grow(node, mark);
    } else if (token === smd.LINK) this.#endLink(entry, isMarked);
    else if (token === smd.RAW_URL) endAddress(node);
    else if (mark && !isMarked) unwrap(node, mark);
    else if (token === smd.TABLE && node.rows.length < 2) unwrapTable(entry);
    // Stands between the blocks, where it is not rendered but is part of the text.
    else if (!INLINE.includes(token)) (entry.block ?? node).after(token === smd.TABLE_CELL ? "\t" : "\n");
  }

  #takeImage(entry, parent) {
    this.#isImage = false;
    entry.isImage = true;
    const { lastChild } = parent;
    if (lastChild?.data?.endsWith("!")) lastChild.deleteData(lastChild.length - 1, 1);
  }

  #endLink({ node, address, isImage }, isMarked) {
    const target = address !== undefined && linkTarget(address);
    if (!target) {
      const end = address === undefined ? "]" : `](${address})`;
      unwrap(node, isImage ? "![" : "[", isMarked ? end : "");
    } else if (isImage && this.#images && !target.startsWith("mailto:")) {
      node.replaceWith(element("img", { alt: node.textContent, referrerpolicy: "no-referrer", loading: "lazy", decoding: "async", src: target }));
    } else follow(node, target);
  }
}

/** What has to be written before a character, so that it is taken as it stands: a price is no equation, a picture is a link, and
 *  brackets with a backslash are an equation's, which is shown as its source. */
function escapeOf({ tokens, len, pending, indent_len: indent }, character) {
  if (VERBATIM.includes(tokens[len]) || pending.startsWith("`") || pending.startsWith("](") || indent >= 4) return "";
  if (pending === "\\") return "()[]".includes(character) ? "\\" : "";
  return character === "$" || character === "!" ? "\\" : "";
}

function codeBlock(entry, parent, texts) {
  const code = element("code");
  entry.name = element("figcaption", { class: "language" });
  entry.pre = element("pre", { tabindex: "0", role: "group", "aria-label": texts.code, dir: "ltr", part: "code" }, code);
  const copy = element("button", { type: "button", class: "quiet", "data-copy": true, "aria-label": texts.copyCode, title: texts.copyCode, part: "copy" }, icon("copy"));
  entry.block = element("figure", { class: "code", part: "code-block" }, element("div", { class: "head" }, entry.name, copy), entry.pre);
  parent.append(entry.block);
  return code;
}

function nameLanguage({ name, pre }, language, texts) {
  if (!name || !language) return;
  name.append(language);
  pre.setAttribute("aria-label", `${texts.code}, ${language}`);
}

function table(entry, parent, texts) {
  const node = element("table", { part: "table" });
  entry.block = element("div", { class: "table", tabindex: "0", role: "group", "aria-label": texts.table }, node);
  parent.append(entry.block);
  return node;
}

const sectionOf = (node) => {
  if (!node.tHead) return node.createTHead();
  return node.tBodies[0] ?? node.createTBody();
};

function follow(node, target) {
  for (const [name, value] of [["href", target], ["target", "_blank"], ["rel", "noopener noreferrer"]]) node.setAttribute(name, value);
}

function endAddress(node) {
  const text = node.textContent;
  const address = bareAddress(text);
  const target = linkTarget(address);
  if (!target) return unwrap(node, "");
  node.textContent = address;
  if (address !== text) node.after(text.slice(address.length));
  return follow(node, target);
}

/** It turned out to be text. */
function unwrap(node, before, after = "") {
  const { parentNode } = node;
  node.replaceWith(before, ...node.childNodes, after);
  parentNode.normalize();
}

/** A line with bars in it. */
function unwrapTable({ node, block }) {
  const line = element("p", { dir: "auto" });
  for (const cell of node.querySelectorAll("th")) line.append("| ", ...cell.childNodes, " ");
  line.append("|");
  block.replaceWith(line, "\n");
}
