// Takes out of wasm-bindgen's glue what no browser needs that reads the bundle at all (ES2022), and what our own classes never ask for.
import { die } from "./lib.mjs";

/** What is replaced, by what, and why that changes nothing. Each has to be found: the glue of another version needs a look. */
const CHANGES = [
  [/^ *\/\/.*\n/gm, ""],
  // There since 2021: class static blocks, which the bundle has, came later.
  [/\(typeof FinalizationRegistry === 'undefined'\)\n {4}\? \{ register: \(\) => \{\}, unregister: \(\) => \{\} \}\n {4}: /g, ""],
  [/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{\n[^]*?^\}\n/m, ""],
  [/typeof (?:Response|Request|URL) === 'function' && /g, ""],
  [/^( *)if \(typeof WebAssembly\.instantiateStreaming === 'function'\) \{\n([^]*?)^\1\}\n/m, "$2"],
  // No response that is ok has another type than those that are valid.
  [/const validResponse = expectedResponseType\(module\.type\);\n/, ""],
  [/validResponse && /, ""],
  [/^ *function expectedResponseType\(type\) \{\n[^]*?^ {4}\}\n/m, ""],
  // The same in few words.
  [/console\.warn\("`WebAssembly\.instantiateStreaming` failed because .*", e\);/, 'console.warn("not served as application/wasm, which takes longer to start:", e);'],
  // What wasm-bindgen would have others do is no matter of theirs: both forms work.
  [/^( *)\} else \{\n *console\.warn\('using deprecated parameters for the initialization.*\n\1\}\n/m, "$1}\n"],
  // A memory that has grown has another buffer.
  [/cachedDataViewMemory0 === null \|\| cachedDataViewMemory0\.buffer\.detached === true \|\| .*\) \{/, "cachedDataViewMemory0?.buffer !== wasm.memory.buffer) {"],
  // The second module is loaded as the first is, with imports of its own.
  [/^ *if \(typeof module_or_path === 'string' \|\| .*\) \{\n *module_or_path = fetch\(module_or_path\);\n *\}\n/m, ""],
  [/await __wbg_load\(await module_or_path, imports\)/, "await __wbg_load(module_or_path, imports)"],
  [
    /^async function __wbg_load\(module, imports\) \{\n/m,
    "$&    if (typeof module === 'string' || module instanceof Request || module instanceof URL) module = fetch(module);\n    module = await module;\n",
  ],
  [/^export \{ initSync, __wbg_init as default \};/m, "export { __wbg_init as default, __wbg_load as load };"],
  // Kept, and read by nothing.
  [/^let wasmModule, wasmInstance, wasm;$/m, "let wasm;"],
  [/^ *(?:wasmInstance = instance|wasmModule = module);\n/gm, ""],
  // The classes are seen by ours alone, which call `free`, and give each other's cores and nothing else.
  [/^if \(Symbol\.dispose\) .*\n/gm, ""],
  [/^ *_assertClass\(.*\);\n/gm, ""],
  // All strings are written in the same way.
  [/passStringToWasm0\((\w+), wasm\.[\w$]+, wasm\.[\w$]+\)/g, "passStringToWasm0($1)"],
  [/^function passStringToWasm0\(arg, malloc, realloc\) \{\n {4}if \(realloc === undefined\) \{\n[^]*?^ {4}\}\n/m, "function passStringToWasm0(arg) {\n"],
  // What could throw between two strings is the end of the memory, and of the module.
  [/^ {8}try \{\n((?: {12}\w+ = .*\n)+) {8}\} catch \(e\) \{\n(?: {12}if .*\n)+ {12}throw e;\n {8}\}\n/gm, "$1"],
  // A pair of numbers, as functions give them back in memory.
  [/^( *)getDataViewMemory0\(\)\.setInt32\(\((\w+) >>> 0\) \+ 4 \* 1, (\w+), true\);\n *getDataViewMemory0\(\)\.setInt32\(\(\2 >>> 0\) \+ 4 \* 0, (\w+), true\);\n/gm, "$1setPair($2, $4, $3);\n"],
  [/$/, "\nfunction setPair(at, first, second) {\n    const view = getDataViewMemory0();\n    view.setInt32(at >>> 0, first, true);\n    view.setInt32((at >>> 0) + 4, second, true);\n}\n"],
  // A call of the module makes numbers of whatever it is given.
  [/^( *const val\d+ = )\+/gm, "$1"],
  // Called once: see src/web/js/module.js.
  [/^let __wbg_init_promise;\nasync function __wbg_init\([^]*?^\}\n\nasync function __wbg_init_once/m, "async function __wbg_init"],
  [/^ {4}cached\w+ = null;\n/gm, ""],
  // None of them asks for `this` or `arguments`.
  [/^( {8}[\w$]+: )function\((.*)\) \{$/gm, "$1($2) => {"],
];

/** The glue without that. */
export function trimmed(glue) {
  const [, malloc, realloc] = glue.match(/passStringToWasm0\(\w+, (wasm\.[\w$]+), (wasm\.[\w$]+)\)/) ?? die("the glue passes no string");
  const text = CHANGES.reduce((text, [pattern, replacement]) => {
    if (text.search(pattern) < 0) die(`the glue has another form than expected: it lacks ${pattern}`);
    return text.replace(pattern, replacement);
  }, glue);
  const left = text.match(/\barguments\b|\bfunction ?\(|^ {8}[\w$]+: .*=> \{\n(?: {12}.*\n)*? {12}.*\bthis\b.*|setInt32\(\(arg.*|passStringToWasm0\(\w+,.*/m);
  if (left) die(`the glue has another form than expected: it still has ${left[0]}`);
  return text.replace(/^function passStringToWasm0[^]*?^\}/m, (body) => body.replace(/\bmalloc\(/g, `${malloc}(`).replace(/\brealloc\(/g, `${realloc}(`));
}
