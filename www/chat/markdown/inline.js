// The text of a block while it arrives: emphasis, code, links, equations. What is undecided is held back. What is shown stays, but for
// marks that turn out to be text.
import { element, grow } from "../view/dom.js";
import { linkAt } from "./brackets.js";
import { Emphasis } from "./emphasis.js";
import { character, resolved } from "./entities.js";
import { bareAddress, linkTarget } from "../link.js";
import { dollarsAt, parenthesesAt } from "./equations.js";
import { equation, link, picture } from "./nodes.js";

const LONGEST_ADDRESS = 2000;
// More marks in a row are text.
const LONGEST_RUN = 100;

// What may be more than letters. An address is one also where only half of it has come.
const SPECIAL = /[\\`*_~[!<&$\n]|[ \t]{1,200}|h(?=ttps?:\/\/|(?:t(?:t(?:ps?(?::\/?)?)?)?)?$)/g;
const ADDRESS = /https?:\/\/[^\s<>\u3000-\u303f\uff00-\uffef]*/y;
const ANGLED = /<[^\s<>]*>|<br ?\/?>/iy;
const HALF_ANGLED = /<[^\s<>]*$|<br ?\/?$/iy;
const MAIL = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;
const REFERENCE = /&(#?\w{1,31});/y;
const HALF_REFERENCE = /&#?\w{0,31}$/y;
const NOTE = /\[\^([^\]\s]{1,100})\]/y;
const HALF_NOTE = /\[(?:\^[^\]\s]{0,100})?$/y;

const isLetter = (letter) => /^[\p{L}\p{N}]$/u.test(letter);

export class Inline {
  #context;
  #isInLink;
  #emphasis;
  #held = "";
  #text = "";
  // The letter before what is held.
  #before = "";
  // Code, or an equation in lines of its own: taken as it stands until its mark comes again.
  #verbatim;
  // Marks that do not come again.
  #unclosed = new Set();

  /** Fills `node`. `context` has `images`, `hooks` and `notes`. In a link there is no other one. */
  constructor(node, context, isInLink = false) {
    this.#context = context;
    this.#isInLink = isInLink;
    this.#emphasis = new Emphasis(node);
  }

  write(text) {
    this.#held += text;
    this.#scan(false);
  }

  /** Called at the end: marks that are still open are shown as text. */
  end() {
    this.#scan(true);
    while (this.#verbatim) this.#giveUp();
    this.#emphasis.end();
  }

  /** Whether the lines that come belong to an equation, whatever they look like. */
  get isInEquation() {
    return Boolean(this.#verbatim?.isOwnLine);
  }

  #scan(isEnd) {
    let at = 0;
    while (at < this.#held.length) {
      const next = this.#verbatim ? this.#goOn(at, isEnd) : this.#step(at, isEnd);
      if (next === undefined) break;
      if (next > at) this.#before = this.#held[next - 1];
      at = next;
    }
    this.#held = this.#held.slice(at);
    this.#flush();
  }

  /** Takes what stands at `at` and returns where to go on; undefined where more text decides. */
  #step(at, isEnd) {
    SPECIAL.lastIndex = at;
    const special = SPECIAL.exec(this.#held);
    const start = special ? special.index : this.#held.length;
    if (start > at) {
      this.#text += this.#held.slice(at, start);
      return start;
    }
    const taken = this.#special(special[0], at, isEnd);
    if (taken === undefined && !isEnd) return undefined;
    if (!taken) this.#text += special[0];
    return at + (taken || special[0].length);
  }

  /** How many letters it took; 0 where they are text, undefined where more text decides. */
  #special(special, at, isEnd) {
    switch (special) {
      case "\\": return this.#escape(at, isEnd);
      case "`": return this.#code(at, isEnd);
      case "*": case "_": case "~": return this.#mark(special, at, isEnd);
      case "[": return this.#bracket(at, isEnd);
      case "!": return this.#image(at, isEnd);
      case "<": return this.#angle(at);
      case "&": return this.#reference(at);
      case "$": return this.#dollar(at, isEnd);
      case "h": return this.#address(at, isEnd);
      case "\n": return this.#break();
      default: return this.#space(special, at, isEnd);
    }
  }

  #flush() {
    if (this.#text) grow(this.#emphasis.node, this.#text);
    this.#text = "";
  }

  #append(node) {
    this.#flush();
    this.#emphasis.node.append(node);
    return node;
  }

  #break() {
    this.#append(element("br"));
    return 1;
  }

  /** At the end of a line it is dropped. */
  #space(space, at, isEnd) {
    const next = this.#held[at + space.length];
    if (next === undefined && !isEnd) return undefined;
    return next === undefined || next === "\n" ? space.length : 0;
  }

  #escape(at, isEnd) {
    const next = this.#held[at + 1];
    if (next === undefined) return undefined;
    if (next === "(") {
      const length = parenthesesAt(this.#held, at, isEnd);
      if (length !== 0) return length && this.#equation(at, length);
    }
    if (next === "[" && this.#open({ mark: "\\[", closer: "\\]" })) return 2;
    if (next === "\n") return 1;
    if (!/[!-/:-@[-`{-~]/.test(next)) return 0;
    this.#text += next;
    return 2;
  }

  #reference(at) {
    const [whole, name] = matchAt(REFERENCE, this.#held, at) ?? [];
    const meant = whole && character(name);
    if (!meant) return !whole && matchAt(HALF_REFERENCE, this.#held, at) ? undefined : 0;
    this.#text += meant;
    return whole.length;
  }

  #mark(mark, at, isEnd) {
    const { length } = runAt(this.#held, at);
    const next = this.#held[at + length] ?? "";
    if (length === LONGEST_RUN) this.#text += mark.repeat(length);
    else if (!next && !isEnd) return undefined;
    else {
      this.#flush();
      this.#emphasis.mark(mark, length, this.#before, next);
    }
    return length;
  }

  // ------------------------------------------------------------ links

  #bracket(at, isEnd) {
    if (this.#isInLink) return 0;
    const taken = this.#note(at);
    return taken === 0 ? this.#link(at, isEnd) : taken;
  }

  #link(at, isEnd) {
    const found = linkAt(this.#held, at, isEnd);
    const target = found && linkTarget(resolved(found.address));
    if (!target) return found === undefined ? undefined : 0;
    this.#fill(this.#append(link(target, resolved(found.title))), found.label);
    return found.end - at;
  }

  #image(at, isEnd) {
    const next = this.#held[at + 1];
    if (next !== "[") return next === undefined ? undefined : 0;
    const found = linkAt(this.#held, at + 1, isEnd);
    const target = found && linkTarget(resolved(found.address));
    if (!target) return found === undefined ? undefined : 0;
    const isShown = this.#context.images && !target.startsWith("mailto:");
    const isLink = !isShown && !this.#isInLink;
    const words = this.#fill(isLink ? link(target, resolved(found.title)) : element("span"), found.label);
    this.#append(isShown ? picture(target, words.textContent) : isLink ? words : words.textContent);
    return found.end - at;
  }

  #fill(node, text) {
    const inline = new Inline(node, this.#context, true);
    inline.write(text);
    inline.end();
    return node;
  }

  #note(at) {
    const found = matchAt(NOTE, this.#held, at);
    if (!found) return matchAt(HALF_NOTE, this.#held, at) ? undefined : 0;
    this.#append(this.#context.notes.refer(found[1]));
    return found[0].length;
  }

  #address(at, isEnd) {
    const found = matchAt(ADDRESS, this.#held, at)?.[0];
    if (!found) return undefined;
    if (this.#isInLink || isLetter(this.#before)) return 0;
    if (found.length > LONGEST_ADDRESS) return 0;
    if (at + found.length === this.#held.length && !isEnd) return undefined;
    const address = bareAddress(found);
    const target = linkTarget(address);
    if (!target) return 0;
    this.#append(link(target)).append(address);
    return address.length;
  }

  #angle(at) {
    const found = matchAt(ANGLED, this.#held, at)?.[0];
    if (!found) {
      const half = matchAt(HALF_ANGLED, this.#held, at)?.[0];
      return half && half.length < LONGEST_ADDRESS ? undefined : 0;
    }
    const inside = found.slice(1, -1);
    if (/^br ?\/?$/i.test(inside)) this.#break();
    else {
      const target = !this.#isInLink && linkTarget(MAIL.test(inside) ? `mailto:${inside}` : inside);
      if (!target || found.length > LONGEST_ADDRESS) return 0;
      this.#append(link(target)).append(inside);
    }
    return found.length;
  }

  // ------------------------------------------------------------ code and equations

  #dollar(at, isEnd) {
    const next = this.#held[at + 1];
    if (next === undefined) return undefined;
    if (next === "$") return this.#open({ mark: "$$", closer: "$$" }) ? 2 : 0;
    const length = isLetter(this.#before) ? 0 : dollarsAt(this.#held, at, isEnd);
    return length && this.#equation(at, length);
  }

  #equation(at, length) {
    const source = this.#held.slice(at, at + length);
    const mark = source[0] === "$" ? 1 : 2;
    const node = this.#append(equation(source));
    this.#context.hooks?.add(node, "math", source.slice(mark, -mark), false);
    return length;
  }

  #code(at, isEnd) {
    const mark = runAt(this.#held, at);
    const isShort = mark.length < LONGEST_RUN;
    if (isShort && at + mark.length === this.#held.length && !isEnd) return undefined;
    if (isShort && this.#open({ mark, node: element("code") })) return mark.length;
    this.#text += mark;
    return mark.length;
  }

  /** False where it is known that it is not closed. */
  #open({ mark, closer, node = equation(mark) }) {
    if (this.#unclosed.has(mark)) return false;
    this.#verbatim = { mark, closer, node, source: "", isOwnLine: closer !== undefined && /^\n?$/.test(this.#before) };
    this.#append(node);
    return true;
  }

  /** Takes what belongs to the code or the equation that is open. */
  #goOn(at, isEnd) {
    const { mark, closer = "`" } = this.#verbatim;
    const found = this.#held.indexOf(closer, at);
    if (found < 0) {
      const isHalf = closer.length > 1 && this.#held.endsWith(closer[0]) && !isEnd;
      const end = this.#held.length - (isHalf ? 1 : 0);
      this.#take(at, end);
      return end > at ? end : undefined;
    }
    this.#take(at, found);
    const end = closer === "`" ? found + runAt(this.#held, found).length : found + closer.length;
    if (closer === "`" && end === this.#held.length && end - found < LONGEST_RUN && !isEnd) return found > at ? found : undefined;
    if (closer === "`" && end - found !== mark.length) this.#take(found, end);
    else this.#close();
    return end;
  }

  #take(from, end) {
    const text = this.#held.slice(from, end);
    this.#verbatim.source += text;
    if (text) grow(this.#verbatim.node, this.#verbatim.closer ? text : text.replaceAll("\n", " "));
  }

  #close() {
    const { node, source, closer } = this.#verbatim;
    this.#verbatim = undefined;
    if (closer) {
      grow(node, closer);
      this.#context.hooks?.add(node, "math", source.trim(), true);
    } else if (/^[ \n][^]*[ \n]$/.test(source) && /[^ \n]/.test(source)) node.textContent = node.textContent.slice(1, -1);
  }

  /** The mark did not come again: it was text, and what follows it is read anew. */
  #giveUp() {
    const { mark, node, source } = this.#verbatim;
    this.#verbatim = undefined;
    this.#unclosed.add(mark);
    node.remove();
    this.#text += mark === "\\[" ? "[" : mark;
    this.#before = mark.at(-1);
    this.#held = source;
    this.#scan(true);
  }
}

/** Where the regular expression is sticky. */
function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The same letter over and over. */
function runAt(text, at) {
  let end = at;
  while (text[end] === text[at] && end - at < LONGEST_RUN) end++;
  return text.slice(at, end);
}
