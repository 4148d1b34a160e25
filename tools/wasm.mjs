// Reads and writes the binary form of a module: https://webassembly.github.io/spec/core/binary/

/** The sections of a module: `{ id, section }` each. */
export function* sections(bytes) {
  for (let at = 8; at < bytes.length; ) {
    const head = new Reader(bytes, at);
    const id = head.byte();
    const size = head.number();
    at = head.at + size;
    yield { id, section: bytes.subarray(head.at, at) };
  }
}

/** The module with every entry of some sections, which are vectors, written anew. */
export function mapSections(bytes, writers) {
  const out = new Writer().raw(bytes.subarray(0, 8));
  for (const { id, section } of sections(bytes)) {
    const body = new Writer();
    if (writers[id]) {
      const reader = new Reader(section, 0);
      const count = reader.number();
      body.number(count);
      for (let i = 0; i < count; i++) writers[id](reader, body);
    } else {
      body.raw(section);
    }
    out.raw([id]).number(body.bytes.length).raw(body.bytes);
  }
  return Buffer.from(out.bytes);
}

export class Reader {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }
  byte() {
    return this.bytes[this.at++];
  }
  skip(count) {
    this.at += count;
    return this;
  }
  number() {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = this.byte();
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    return value >>> 0;
  }
  string() {
    const length = this.number();
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString("utf8");
  }
  limits() {
    const flags = this.byte();
    this.number();
    if (flags & 1) this.number();
  }
}

export class Writer {
  bytes = [];
  raw(bytes) {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }
  number(value) {
    for (; value > 127; value >>>= 7) this.bytes.push((value & 127) | 128);
    this.bytes.push(value);
    return this;
  }
  string(text) {
    const bytes = Buffer.from(text);
    return this.number(bytes.length).raw(bytes);
  }
  /** Copies what `read` passes over. */
  copy(reader, read) {
    const from = reader.at;
    read(reader);
    return this.raw(reader.bytes.subarray(from, reader.at));
  }
}
