// Finds fenced code blocks in text that is still arriving. Text goes out as it comes in; only the
// start of a line that may yet turn out to be a fence is held back.

const MAYBE_OPENING = /^ {0,3}(?:`{0,2}|`{3,}[^`\n]*\n?)$/;
const OPENING = /^ {0,3}(`{3,})[ \t]*([^\s`]*)[^`\n]*\n$/;
const MAYBE_CLOSING = /^ {0,3}`*[ \t]*\n?$/;
const CLOSING = /^ {0,3}(`{3,})[ \t]*\n?$/;

export class Fences {
  #ticks = 0;
  #held = "";
  #atLineStart = true;

  /** A list of {text}, {open: language}, {code} and {close: true}, in order. */
  push(text) {
    const out = [];
    for (const piece of text.split(/(?<=\n)/)) this.#line(piece, out);
    return out;
  }

  /** What was held back, now that nothing more will come. */
  finish() {
    const out = [];
    const held = this.#held;
    this.#held = "";
    if (held && !(this.#ticks && this.#closes(held))) this.#emit(held, out);
    if (this.#ticks) out.push({ close: true });
    this.#ticks = 0;
    return out;
  }

  #line(piece, out) {
    if (piece === "") return;
    if (!this.#atLineStart) {
      this.#emit(piece, out);
      return;
    }
    const line = this.#held + piece;
    if (!(this.#ticks ? MAYBE_CLOSING : MAYBE_OPENING).test(line)) {
      this.#held = "";
      this.#emit(line, out);
    } else if (!line.endsWith("\n")) {
      this.#held = line;
    } else {
      this.#held = "";
      this.#fence(line, out);
    }
  }

  #fence(line, out) {
    const opening = this.#ticks ? null : line.match(OPENING);
    if (opening) {
      this.#ticks = opening[1].length;
      out.push({ open: opening[2] });
    } else if (this.#ticks && this.#closes(line)) {
      this.#ticks = 0;
      out.push({ close: true });
    } else {
      this.#emit(line, out);
    }
  }

  #closes(line) {
    return (line.match(CLOSING)?.[1].length ?? 0) >= this.#ticks;
  }

  #emit(text, out) {
    this.#atLineStart = text.endsWith("\n");
    out.push(this.#ticks ? { code: text } : { text });
  }
}
