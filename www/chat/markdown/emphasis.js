// Emphasis while it arrives: it begins with its first mark, and turns out to be text where the second one does not come.
import { element, grow } from "../view/dom.js";

// Deeper than in any honest text: further marks are text.
const DEEPEST = 20;

const isSpace = (letter) => /^\s?$/.test(letter);
const isPunctuation = (letter) => /^[\p{P}\p{S}]$/u.test(letter);

const OPENING = /^[\p{Ps}\p{Pi}"']$/u;

export class Emphasis {
  #node;
  // What is open, the innermost last.
  #frames = [];

  constructor(node) {
    this.#node = node;
  }

  /** Where text goes. */
  get node() {
    return this.#frames.at(-1)?.node ?? this.#node;
  }

  /** So many marks, between these two letters. */
  mark(mark, count, before, next) {
    const isLeft = !isSpace(next) && (!isPunctuation(next) || isSpace(before) || isPunctuation(before));
    const isRight = !isSpace(before) && (!isPunctuation(before) || isSpace(next) || isPunctuation(next));
    const isInWord = mark === "_" && isLeft && isRight;
    let left = count;
    // In Chinese and Japanese no space follows punctuation: marks behind it close what is open, which they do not in CommonMark.
    const isClosing = isRight || !(isSpace(before) || OPENING.test(before));
    if (mark === "_" ? isRight && (!isInWord || isPunctuation(next)) : isClosing) left = this.#close(mark, left);
    if (left > 0 && isLeft && (!isInWord || isPunctuation(before))) left = this.#open(mark, left);
    else if (left > 0) this.#write(mark.repeat(left));
  }

  end() {
    while (this.#frames.length > 0) this.#unwrap();
  }

  #close(mark, count) {
    let left = count;
    for (;;) {
      const lastOf = (length) => this.#frames.findLastIndex((frame) => frame.mark[0] === mark && length.includes(frame.mark.length));
      const pair = lastOf([2]);
      const at = left === 1 ? lastOf([1]) : left % 2 || pair < 0 ? lastOf([1, 2]) : pair;
      if (left === 0 || at < 0) return left;
      const isSplit = left === 1 && this.#isSplit(at);
      if (isSplit) this.#swap(at);
      const depth = isSplit ? at + 2 : at + 1;
      while (this.#frames.length > depth) this.#unwrap();
      left -= this.#frames.pop().mark.length;
    }
  }

  /** Of `***both* strong**` the strong one is the outer one. */
  #isSplit(at) {
    const [outer, inner, ...others] = this.#frames.slice(at);
    return inner?.mark === outer.mark.repeat(2) && others.length === 0 && outer.node.firstChild === inner.node;
  }

  #swap(at) {
    const [outer, inner] = this.#frames.splice(at);
    const moved = element("em");
    moved.append(...inner.node.childNodes);
    outer.node.replaceWith(inner.node);
    inner.node.append(moved);
    this.#frames.push(inner, { mark: outer.mark, node: moved });
  }

  #open(mark, count) {
    const marks = marksOf(mark, count).slice(0, DEEPEST - this.#frames.length);
    this.#write(mark.repeat(count - marks.join("").length));
    for (const each of marks) {
      const node = element(mark === "~" ? "s" : each.length === 2 ? "strong" : "em");
      this.node.append(node);
      this.#frames.push({ mark: each, node });
    }
    return 0;
  }

  #write(text) {
    if (text) grow(this.node, text);
  }

  /** The innermost was text. */
  #unwrap() {
    const { mark, node } = this.#frames.pop();
    const { parentNode } = node;
    node.remove();
    grow(parentNode, mark);
    // Texts that meet become one.
    for (const child of [...node.childNodes]) {
      if (child.nodeType === 3) grow(parentNode, child.data);
      else parentNode.append(child);
    }
  }
}

/** `***` is both; tildes count in pairs. */
function marksOf(mark, count) {
  const pairs = Array.from({ length: Math.min(DEEPEST, count >> 1) }, () => mark + mark);
  return count % 2 && mark !== "~" ? [mark, ...pairs] : pairs;
}
