// Markdown that is still arriving, as elements: what came is never looked at again, and nothing of it is ever HTML.
import { element } from "../view/dom.js";
import { direct } from "./direction.js";
import { Code, Heading, Paragraph } from "./leaves.js";
import { taskBox } from "./nodes.js";
import { Notes } from "./notes.js";
import { MORE, startOf } from "./start.js";
import { Table } from "./table.js";

// Undecided for longer than any honest line: it is text.
const LONGEST_START = 2000;

export class Markdown {
  #root;
  #context;
  // What blocks are in, the outermost first: { kind, node, isEmpty }, an item also with its { list, listNode }.
  #containers = [];
  // The last block in the root, until its direction is known.
  #undirected;
  // The block that the text goes into.
  #leaf;
  // The beginning of a line, until it is known what it is.
  #line = "";
  #isDecided = false;

  /** Fills `root`. With `images`, pictures are loaded; otherwise they are links. `hooks` hears of complete code and equations. */
  constructor(root, { texts, images = false, hooks }) {
    this.#root = root;
    this.#context = { texts, images, hooks, notes: new Notes(root, texts) };
  }

  push(text) {
    for (const [piece] of text.replaceAll("\r", "").matchAll(/\n|[^\n]+/g)) {
      if (piece === "\n") this.#endLine();
      else this.#write(piece);
    }
    this.#leaf?.flush?.();
    this.#direct();
  }

  /** Nothing more comes. */
  finish() {
    if (this.#line) this.#endLine();
    this.#closeLeaf();
    this.#closeTo(0);
    this.#direct();
  }

  #write(text) {
    let rest = text;
    if (!this.#isDecided) {
      const room = LONGEST_START - this.#line.length;
      this.#line += text.slice(0, room);
      rest = text.slice(room);
      const start = startOf(this.#line, false, this.#containers, this.#leaf);
      if (start === MORE && this.#line.length < LONGEST_START) return;
      this.#begin(start === MORE ? this.#plain() : start);
    }
    if (rest) this.#leaf?.write(rest);
  }

  #plain() {
    return this.#leaf instanceof Code ? { kind: "more", rest: this.#line } : { matched: 0, opened: [], kind: "text", rest: this.#line };
  }

  #endLine() {
    if (!this.#isDecided) this.#begin(startOf(this.#line, true, this.#containers, this.#leaf));
    if (this.#leaf?.isLine) this.#closeLeaf();
    this.#line = "";
    this.#isDecided = false;
  }

  #begin(start) {
    const { kind, matched, opened, rest } = start;
    this.#isDecided = true;
    if (kind === "more") return this.#leaf.next(rest);
    if (kind === "end") return this.#closeLeaf();
    const isWithin = matched === this.#containers.length;
    if (kind === "text" && opened.length === 0 && (this.#leaf?.isParagraph || (this.#leaf?.isText && isWithin))) return this.#leaf.next(rest);
    if (kind === "table") this.#leaf.leave();
    else this.#leaf?.close();
    this.#leaf = undefined;
    this.#closeTo(matched, opened[0]);
    for (const container of opened) this.#open(container);
    if (kind !== "blank") this.#openLeaf(start);
    return undefined;
  }

  #openLeaf(start) {
    const { kind, rest } = start;
    const inner = this.#containers.at(-1);
    const options = { ...start, put: (node) => this.#put(node) };
    // The first paragraph of an item is its own text.
    const isDirect = kind === "text" && inner?.isEmpty && inner.kind !== "quote";
    if (inner) inner.isEmpty = false;
    if (kind === "rule") this.#put(element("hr"));
    else if (kind === "heading") this.#leaf = new Heading(this.#context, options);
    else if (kind === "table") this.#leaf = new Table(this.#context, options);
    else if (kind === "text") this.#leaf = new Paragraph(this.#context, isDirect ? { node: inner.node } : options);
    else this.#leaf = new Code(this.#context, options);
    if (kind === "heading" || kind === "text" || kind === "indented") this.#leaf.begin(rest);
  }

  #open(container) {
    const { kind } = container;
    const outer = this.#containers.at(-1);
    if (outer) outer.isEmpty = false;
    if (kind === "quote") container.node = this.#put(element("blockquote"));
    else if (kind === "note") container.node = this.#context.notes.define(container.label);
    else this.#openItem(container);
    container.isEmpty = true;
    this.#containers.push(container);
  }

  #openItem(item) {
    const { start, task } = item;
    const isOrdered = start >= 0;
    item.listNode ??= this.#put(element(isOrdered ? "ol" : "ul", { start: isOrdered && start !== 1 ? String(start) : undefined }));
    item.node = item.listNode.appendChild(element("li", { class: task ? "todo" : undefined }));
    if (task) item.node.append(taskBox(task.isDone, this.#context.texts), " ");
  }

  /** Closes what is deeper than that. The next container may go on with the list of the one at its place. */
  #closeTo(depth, next) {
    while (this.#containers.length > depth) {
      const { kind, node, list, listNode, label } = this.#containers.pop();
      if (kind === "note") this.#context.notes.close(label);
      // Stands between the blocks, where it is not rendered but is part of the text.
      node.after("\n");
      if (kind !== "item") continue;
      if (this.#containers.length === depth && next?.list === list) next.listNode = listNode;
      else listNode.after("\n");
    }
  }

  #put(node) {
    const parent = this.#containers.at(-1)?.node;
    if (!parent) {
      this.#direct();
      this.#undirected = node;
      if (this.#context.notes.end) this.#context.notes.end.before(node);
      else this.#root.append(node);
      return node;
    }
    // The text of an item ends before a block of it, but a list.
    if (parent.localName === "li" && !/^[ou]l$/.test(node.localName) && parent.lastChild && parent.lastChild.data !== "\n") parent.append("\n");
    parent.append(node);
    return node;
  }

  /** Each block takes the direction of its own first letter; what is nested inherits it. */
  #direct() {
    if (this.#undirected && direct(this.#undirected)) this.#undirected = undefined;
  }

  #closeLeaf() {
    this.#leaf?.close();
    this.#leaf = undefined;
  }
}
