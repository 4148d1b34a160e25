// A value that grows with JSON text (RFC 8259) that is still arriving. In JavaScript, because from Rust each member would be a call
// out of the module. A push costs only what was pushed: each character is read once, and the text of a string so far is never
// read, because the engine would join its pieces each time.
//
// - A string appears with its opening quote and only grows; arrays and objects appear with their bracket, and arrays only append.
//   A literal appears when it is complete, a number when the character after it has arrived.
// - An escape or a surrogate pair is never cut, however it is written: its first half waits for what follows. A half that stays
//   alone is kept, as in JSON.parse.
// - A final value does not change any more. A repeated key starts a new value in the same place: as in JSON.parse, the last one
//   wins. The earlier value, even if it was reported as final, is replaced when the new one appears, and not changed itself.
// - Every key becomes an own property of the object, even `__proto__`.
// - The complete value is what JSON.parse returns for the text, or an error with the offset of the first unit that no JSON can have
//   there. What arrived before that unit is in the value, and stays. Unlike in JSON.parse, depth is limited.
import { invalid, RefinireError } from "./error.js";

/** How deep arrays and objects may be nested, the same as in src/scan/json; a test compares the two. */
const MAX_DEPTH = 128;

// What may come next between tokens.
const [VALUE, KEY, COLON, COMMA, CLOSE] = [1, 2, 4, 8, 16];
// What each character is; any other one may only begin a value.
const MEANING = { '"': KEY | VALUE, ":": COLON, ",": COMMA, "]": CLOSE, "}": CLOSE };

const LITERALS = { t: true, f: false, n: null };
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

// A number's grammar (RFC 8259, section 6): what may follow where; 1 stands for 1 to 9, e for E, - for + after it.
const exponent = { ends: true };
exponent[0] = exponent[1] = exponent;
const sign = { 0: exponent, 1: exponent };
const e = { ...sign, "+": sign, "-": sign };
const fraction = { ends: true, e };
fraction[0] = fraction[1] = fraction;
const point = { 0: fraction, 1: fraction };
const zero = { ends: true, ".": point, e };
const whole = { ...zero };
whole[0] = whole[1] = whole;
const minus = { 0: zero, 1: whole };
const start = { ...minus, "-": minus };

export class IncrementalJson {
  #onFinal;
  // The open arrays and objects, in one that holds the whole, and the place in each: an array's index, an object's key.
  #holders = [[]];
  #path = [0];
  #next = VALUE;
  // How the next character is read: one of the methods below, which returns the place of the one after it.
  #read = this.#between;
  // The token so far; a string is without `#half`, which is the first half of a surrogate pair whose second half may come.
  #text = "";
  #half = "";
  // Where a number is in its grammar; how much of a literal has arrived; the digits of a \u, after a 1.
  #state;
  // UTF-16 units before this push.
  #offset = 0;
  #failure;

  /** `onFinal(path, value)` is called once for each value that is final: inner values before the outer one, and the complete value,
   *  whose path is [], last. What follows the complete value may still be refused. */
  constructor(onFinal) {
    this.#onFinal = onFinal;
  }

  /** The value so far: the same array or object while it grows; undefined before it has begun. */
  get value() {
    return this.#holders[0][0];
  }

  /** A copy of the value so far, which does not grow: open arrays and objects are copied, finished ones are shared. */
  snapshot() {
    const copies = this.#holders.map((holder) => (Array.isArray(holder) ? [...holder] : { ...holder }));
    for (let depth = 1; depth < copies.length; depth += 1) copies[depth - 1][this.#path[depth - 1]] = copies[depth];
    return copies[0][0];
  }

  push(text) {
    if (typeof text !== "string") throw invalid("push: `text` must be a string");
    this.#attempt(() => {
      for (let at = 0; at < text.length; ) at = this.#read(text, at);
      this.#offset += text.length;
    });
  }

  finish() {
    this.#attempt(() => {
      // Inside another value the number may have been cut.
      if (this.#read === this.#number && this.#state.ends && this.#path.length === 1) this.#endNumber();
      if (this.#next) this.#refuse(0, "the JSON ends too early");
    });
    return this.value;
  }

  /** After an error, every call throws that error. */
  #attempt(work) {
    if (this.#failure) throw this.#failure;
    try {
      work();
    } catch (error) {
      throw (this.#failure = error);
    }
  }

  #refuse(at, what = "this is not valid JSON") {
    throw new RefinireError(`${what} (at offset ${this.#offset + at})`, { code: "protocol" });
  }

  /** Between tokens. */
  #between(text, at) {
    const it = text[at];
    if (" \n\r\t".includes(it)) return at + 1;
    const last = this.#path.length - 1;
    const isArray = typeof this.#path[last] === "number";
    if (!(this.#next & (MEANING[it] ?? VALUE))) this.#refuse(at);
    switch (it) {
      case '"':
        this.#text = this.#half = "";
        if (this.#next & VALUE) this.#place("");
        this.#read = this.#string;
        break;
      case "[":
        this.#open([], 0, VALUE | CLOSE, at);
        break;
      case "{":
        this.#open({}, "", KEY | CLOSE, at);
        break;
      case "]":
      case "}":
        if (isArray !== (it === "]")) this.#refuse(at);
        this.#path.pop();
        this.#end(this.#holders.pop());
        break;
      case ":":
        this.#next = VALUE;
        break;
      case ",":
        this.#next = isArray ? VALUE : KEY;
        if (isArray) this.#path[last] += 1;
        break;
      default:
        this.#begin(it);
        return at;
    }
    return at + 1;
  }

  /** Begins a literal, or what can only be a number. */
  #begin(it) {
    const isLiteral = it in LITERALS;
    this.#text = isLiteral ? String(LITERALS[it]) : "";
    this.#state = isLiteral ? 0 : start;
    this.#read = isLiteral ? this.#literal : this.#number;
  }

  #open(holder, place, next, at) {
    if (this.#path.length > MAX_DEPTH) this.#refuse(at, "it is nested too deeply");
    this.#place(holder);
    this.#holders.push(holder);
    this.#path.push(place);
    this.#next = next;
  }

  /** Puts a value where it belongs. */
  #place(value) {
    const holder = this.#holders.at(-1);
    const key = this.#path.at(-1);
    // An assignment to `__proto__`, or to another inherited key, would not create a property.
    if (key in holder) Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
    else holder[key] = value;
  }

  /** The value in its place is final. */
  #end(value) {
    this.#read = this.#between;
    this.#next = this.#path.length > 1 ? COMMA | CLOSE : 0;
    this.#onFinal?.(this.#path.slice(1), value);
  }

  #string(text, at) {
    let end = at;
    let code;
    while (end < text.length && (code = text.charCodeAt(end)) !== 0x22 && code !== 0x5c && code >= 0x20) end += 1;
    if (end > at) this.#append(text.slice(at, end));
    if (end < text.length) {
      if (code < 0x20) this.#refuse(end);
      if (code === 0x5c) this.#read = this.#escape;
      else this.#endString();
    }
    return end + 1;
  }

  #append(piece) {
    piece = this.#half + piece;
    const isCut = (piece.charCodeAt(piece.length - 1) & 0xfc00) === 0xd800;
    this.#half = isCut ? piece.at(-1) : "";
    this.#grow(isCut ? piece.slice(0, -1) : piece);
  }

  #grow(piece) {
    this.#text += piece;
    if (this.#next & VALUE) this.#holders.at(-1)[this.#path.at(-1)] = this.#text;
  }

  #endString() {
    if (this.#half) this.#grow(this.#half);
    if (this.#next & VALUE) {
      this.#end(this.#text);
    } else {
      this.#path[this.#path.length - 1] = this.#text;
      this.#next = COLON;
      this.#read = this.#between;
    }
  }

  #escape(text, at) {
    const it = text[at];
    if (it === "u") {
      this.#state = 1;
      this.#read = this.#hex;
    } else {
      if (!(it in ESCAPES)) this.#refuse(at);
      this.#append(ESCAPES[it]);
      this.#read = this.#string;
    }
    return at + 1;
  }

  #hex(text, at) {
    const digit = parseInt(text[at], 16);
    if (Number.isNaN(digit)) this.#refuse(at);
    this.#state = this.#state * 16 + digit;
    if (this.#state > 0xffff) {
      this.#append(String.fromCharCode(this.#state));
      this.#read = this.#string;
    }
    return at + 1;
  }

  #literal(text, at) {
    if (text[at] !== this.#text[this.#state]) this.#refuse(at);
    this.#state += 1;
    if (this.#state === this.#text.length) this.#endScalar(LITERALS[this.#text[0]]);
    return at + 1;
  }

  #number(text, at) {
    let end = at;
    for (; end < text.length; end += 1) {
      const it = text[end];
      const next = this.#state[it > "0" && it <= "9" ? 1 : it === "E" ? "e" : it];
      if (!next) break;
      this.#state = next;
    }
    this.#text += text.slice(at, end);
    if (end < text.length) {
      // With any other character after it, it is not a number.
      if (!this.#state.ends || !" \n\r\t,]}".includes(text[end])) this.#refuse(end);
      this.#endNumber();
    }
    return end;
  }

  #endNumber() {
    this.#endScalar(Number(this.#text));
  }

  #endScalar(value) {
    this.#place(value);
    this.#end(value);
  }
}
