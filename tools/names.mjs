// Shortens the names by which the module and its glue know each other, and drops from the glue what the module no longer
// asks for. wasm-bindgen's names end in a hash each: what compresses worst in either file.
import { readFileSync, writeFileSync } from "node:fs";
import { die } from "./lib.mjs";

const IMPORTS = 2;
const EXPORTS = 7;
const GLUE = "./refinire_web_bg.js";

/** Rewrites the module in the file `wasm`, and the glue in the file `from` into the file `to`. */
export function shorten(wasm, from, to) {
  const bytes = readFileSync(wasm);
  const short = names();
  const imports = new Map();
  const modules = new Map();
  const exports = new Map();
  const rewritten = mapSections(bytes, {
    [IMPORTS]: (reader, writer) => {
      const [module, name] = [reader.string(), reader.string()];
      if (!modules.has(module)) modules.set(module, short());
      if (module === GLUE) imports.set(name, short());
      writer.string(modules.get(module)).string(module === GLUE ? imports.get(name) : name).copy(reader, importTail);
    },
    [EXPORTS]: (reader, writer) => {
      const name = reader.string();
      // Asked for by the package itself.
      exports.set(name, name === "memory" ? name : short());
      writer.string(exports.get(name)).copy(reader, (tail) => tail.skip(1).number());
    },
  });
  writeFileSync(wasm, rewritten);
  writeFileSync(to, glueWith(readFileSync(from, "utf8"), imports, modules, exports));
}

function glueWith(glue, imports, modules, exports) {
  const members = glue.replace(/^ {8}(__wb\w+): function[^]*?^ {8}\}(?:, arguments\); \})?,\n/gm, (member, name) =>
    imports.has(name) ? member.replace(name, imports.get(name)) : "",
  );
  const keyed = members.replace(/^( {8})"(\.\/[^"]+)": (import\d+),$/gm, (_, indent, module, value) =>
    modules.has(module) ? `${indent}"${modules.get(module)}": ${value},` : "",
  );
  const text = keyed.replace(/\bwasm\.(\w+)/g, (whole, name) => (exports.has(name) ? `wasm.${exports.get(name)}` : whole));
  const lost = [...imports].filter(([, name]) => !text.includes(` ${name}: function`));
  if (lost.length > 0) die(`the glue has another form than expected: it lacks ${lost.map(([name]) => name).join(", ")}`);
  return text;
}

/** a, b, … z, aa, ab, … */
function names() {
  let count = 0;
  return () => {
    let name = "";
    for (let rest = ++count; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(97 + ((rest - 1) % 26)) + name;
    return `$${name}`;
  };
}

/** What stands behind an import's names: https://webassembly.github.io/spec/core/binary/modules.html#import-section */
function importTail(reader) {
  const kind = reader.byte();
  if (kind === 0) reader.number();
  else if (kind === 1) reader.skip(1).limits();
  else if (kind === 2) reader.limits();
  else reader.skip(2);
}

/** The module with every entry of some sections, which are vectors, written anew. */
function mapSections(bytes, writers) {
  const out = new Writer().raw(bytes.subarray(0, 8));
  for (let at = 8; at < bytes.length; ) {
    const head = new Reader(bytes, at);
    const id = head.byte();
    const size = head.number();
    const section = bytes.subarray(head.at, head.at + size);
    at = head.at + size;
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

class Reader {
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

class Writer {
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
