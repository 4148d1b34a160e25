// Shortens the names by which the module and its glue know each other, and drops from the glue what the module no longer
// asks for. wasm-bindgen's names end in a hash each: what compresses worst in either file.
import { readFileSync, writeFileSync } from "node:fs";
import { die } from "./lib.mjs";
import { mapSections } from "./wasm.mjs";

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
