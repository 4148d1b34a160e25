// Takes out of the module what only a panic would use, and lets binaryen make the rest small.
//
// A panic ends the module at once (`panic = "abort"`), and the standard library writes its message to a standard error
// that wasm32-unknown-unknown does not have. So what only panics becomes the trap that it ends in anyway, and what
// formats a message goes with it. That nothing else formats is checked, every time: Rust's formatting is larger than all
// the wire formats together.
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";
import { allFunctions, calleesOf, functions, isOne, plain } from "./functions.mjs";
import { forget, lend, textOf } from "./constants.mjs";
import { die } from "./lib.mjs";
import { ordered } from "./order.mjs";
import { split } from "./split.mjs";

/** Functions that never return. */
const PANICS = [
  /^<?(core|std|__rustc)::(panicking|panic|rt)::/,
  /\b(slice_index_fail|slice_error_fail|slice_error_fail_rt|panic_\w+|handle_alloc_error|handle_error|capacity_overflow)$/,
  /\b(assert_failed|expect_failed|unwrap_failed|begin_panic|rust_panic|rust_begin_unwind|__rust_start_panic|__rust_abort)\b/,
  // What wasm-bindgen says of a pointer that is none: our own classes see to it that there is no such call.
  /^wasm_bindgen::throw_str$/,
];

/** Those that write a panic's message. */
const FORMATTING = [/^<?core::(fmt|unicode|str::count)::/, / as core::fmt::\w+>/, /^<char>::escape_debug_ext$/];

/** What every browser of the last years has, and rustc and wasm-bindgen use. Binaryen would make use of any other, too. */
const FEATURES = ["MutableGlobals", "SignExt", "NontrappingFPToInt", "BulkMemory", "BulkMemoryOpt", "ReferenceTypes", "Multivalue"];

/**
 * Shrinks the module in the file `from` into the file `to`, and what a plain run does not need of it into the file `more`.
 * `map` is what the linker wrote about it, by which the texts that only panics say are found.
 */
export function shrink(from, to, more, map) {
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  binaryen.setLowMemoryUnused(true); // The stack lies there, and no data.
  // Large functions have many locals, whose numbers gzip badly: found by trying.
  binaryen.setAlwaysInlineMaxSize(3);
  binaryen.setOneCallerInlineMaxSize(20);
  binaryen.setGenerateStackIR(true);
  binaryen.setOptimizeStackIR(true);
  const module = parsed(readFileSync(from));

  answer(module);
  const before = textOf(module);
  trap(module, PANICS);
  module.runPasses(["remove-unused-module-elements"]);
  const needed = callsFromOutside(module, FORMATTING);
  if (needed.length > 0) die(`formatting is to be left out of the module, but is needed:\n  ${needed.join("\n  ")}`);
  trap(module, FORMATTING);
  module.runPasses(["dae", "dae", "vacuum", "remove-unused-module-elements"]);
  forget(module, readFileSync(map, "utf8"), before, textOf(module));

  // Without the alignment, which is a hint that no engine takes, loads and stores of a kind are the same.
  module.runPasses(["strip-producers", "strip-target-features", "dealign"]);
  const rest = split(module);
  lend(module, rest, readFileSync(map, "utf8"));
  writeFileSync(to, smallest(module));
  writeFileSync(more, smallest(rest));
}

function smallest(module) {
  let best = optimized(module);
  for (let next = optimized(module); next.length < best.length; next = optimized(module)) best = next;
  const bytes = ordered(parsed(best));
  if (!WebAssembly.validate(bytes)) die("binaryen made a module that is none");
  return bytes;
}

function optimized(module) {
  module.optimize();
  module.runPasses(["dae-optimizing", "simplify-globals-optimizing"]);
  return module.emitBinary();
}

function parsed(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES.reduce((all, name) => all | binaryen.Features[name], 0));
  return module;
}

function trap(module, patterns) {
  for (const { id, name, params, results } of functions(module)) {
    if (!isOne(name, patterns)) continue;
    module.removeFunction(id);
    module.addFunction(id, params, results, [], module.unreachable());
  }
}

/** js-sys looks for the global object in four places, but `globalThis`, the first, is always there: nothing is at the others. */
function answer(module) {
  for (const { id, base, params, results } of allFunctions(module)) {
    if (!/^__wbg_static_accessor_(GLOBAL|SELF|WINDOW)_[0-9a-f]+$/.test(base)) continue;
    module.removeFunction(id);
    module.addFunction(id, params, results, [], module.i32.const(0));
  }
}

/** "caller → callee" for each call of one of those functions by another. */
function callsFromOutside(module, patterns) {
  const outside = functions(module).filter(({ name }) => !isOne(name, patterns));
  return outside.flatMap((one) => calleesOf(one).map(plain).filter((callee) => isOne(callee, patterns)).map((callee) => `${one.name} → ${callee}`));
}
