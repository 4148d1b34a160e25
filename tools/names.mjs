// Shortens the names by which the module and its glue know each other, and drops from the glue what the module no longer
// asks for. wasm-bindgen's names end in a hash each: what compresses worst in either file.
import { readFileSync, writeFileSync } from "node:fs";
import { trimmed } from "./glue.mjs";
import { die } from "./lib.mjs";
import { mapSections } from "./wasm.mjs";

const IMPORTS = 2;
const EXPORTS = 7;
const GLUE = "./refinire_web_bg.js";

/** Rewrites the module in the file `wasm`, `more`, which imports what that exports, and the glue in the file `from` into the file `to`. */
export function shorten(wasm, more, from, to) {
  const bytes = readFileSync(wasm);
  const short = names();
  const modules = new Map(); // Each with the names of what is taken from it.
  const exports = new Map();
  const rewritten = mapSections(bytes, {
    [IMPORTS]: (reader, writer) => {
      const [module, name] = [reader.string(), reader.string()];
      if (!modules.has(module)) modules.set(module, { name: short(), members: new Map() });
      const { name: its, members } = modules.get(module);
      if (!members.has(name)) members.set(name, short());
      writer.string(its).string(members.get(name)).copy(reader, importTail);
    },
    [EXPORTS]: (reader, writer) => {
      const name = reader.string();
      // Asked for by the package itself.
      exports.set(name, name === "memory" ? name : short());
      writer.string(exports.get(name)).copy(reader, (tail) => tail.skip(1).number());
    },
  });
  writeFileSync(wasm, rewritten);
  writeFileSync(more, mapSections(readFileSync(more), {
    [IMPORTS]: (reader, writer) => writer.string(reader.string()).string(exports.get(reader.string())).copy(reader, importTail),
  }));
  writeFileSync(to, trimmed(glueWith(readFileSync(from, "utf8"), modules, exports)));
}

function glueWith(glue, modules, exports) {
  const imports = modules.get(GLUE).members;
  const members = glue.replace(/^ {8}(__wb\w+): function[^]*?^ {8}\}(?:, arguments\); \})?,\n/gm, (member, name) =>
    imports.has(name) ? member.replace(name, imports.get(name)) : "",
  );
  // By their names: a module as a whole would be an object that esbuild has to put together.
  const ours = [...modules].filter(([module]) => module !== GLUE);
  const named = ours.flatMap(([module, { members }]) => Array.from(members, ([name, its]) => `import { ${name} as ${its} } from "${module}";\n`));
  const whole = members.replace(/^import \* as import\d+ from .*\n/gm, "").replace(/^ {8}"\.\/snippets\/[^"]+": import\d+,\n/gm, "");
  const objects = ours.map(([, { name, members }]) => `        ${name}: { ${[...members.values()].join(", ")} },\n`);
  const keyed = named.join("") + whole.replace(`"${GLUE}": import0,\n`, () => `${modules.get(GLUE).name}: import0,\n${objects.join("")}`);
  const text = keyed.replace(/\bwasm\.(\w+)/g, (whole, name) => (exports.has(name) ? `wasm.${exports.get(name)}` : whole));
  const lost = [...imports].filter(([, name]) => !text.includes(` ${name}: function`));
  if (/\bimport[1-9]/.test(text) || !text.includes(": import0,\n")) die("the glue has another form than expected: it takes modules in another way");
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
