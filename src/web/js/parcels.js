// What a run's core has for its caller, read from the module's memory.

export const TEXT = 0;
export const REASONING = 1;

// Text as short as most increments is put together faster than a decoder is called.
const SHORT = 24;

// The text of an answer may begin with a byte order mark of its own.
let decoder;
let bytes = new Uint8Array(0);
let words = new Uint32Array(0);

function look(memory) {
  if (bytes.buffer === memory.buffer) return;
  bytes = new Uint8Array(memory.buffer);
  words = new Uint32Array(memory.buffer);
}

function decode(at, length) {
  if (length <= SHORT) {
    let text = "";
    let i = 0;
    for (; i < length && bytes[at + i] < 0x80; i++) text += String.fromCharCode(bytes[at + i]);
    if (i === length) return text;
  }
  decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes.subarray(at, at + length));
}

/** What waits, read in one go; nothing where nothing does. */
export function parcelsOf(memory, run) {
  const at = run.take() >>> 2;
  look(memory);
  return words[at + 1] === 0 ? undefined : new Parcels(at);
}

class Parcels {
  next = 0;
  ends = [0, 0, 0];

  constructor(at) {
    const list = words[at] >>> 2;
    const count = words[at + 1];
    // One is what most reads bring, and faster this way.
    this.list = count === 1 ? [words[list]] : words.slice(list, list + count);
    this.text = decode(words[at + 2], words[at + 3]);
    this.reasoning = decode(words[at + 4], words[at + 5]);
    this.events = decode(words[at + 6], words[at + 7]);
  }

  /** Cuts the next parcel's piece out of the string it lies in. */
  cut(kind, units) {
    const from = this.ends[kind];
    this.ends[kind] = from + units;
    const whole = kind === TEXT ? this.text : kind === REASONING ? this.reasoning : this.events;
    return units === whole.length ? whole : whole.slice(from, from + units);
  }
}
