// How a module is cut in two: what goes where, and that both halves do what the whole did.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import binaryen from "binaryen";
import { split } from "../../tools/split.mjs";

/** Three functions of `rare`: one that is called, one that is exported, one that is twice in the table; what they need, and what others need. */
const WHOLE = `(module
  (import "page" "log" (func $log (param i32)))
  (import "page" "shout" (func $shout (param i32)))
  (memory $0 1 65536)
  (global $stack (mut i32) (i32.const 64))
  (global $other (mut i32) (i32.const 0))
  (table $0 5 5 funcref)
  (elem (i32.const 1) $common $rare::method $also $rare::method)
  (export "memory" (memory $0))
  (export "run" (func $run))
  (export "rare_export" (func $rare::exported))
  (export "through" (func $through))
  (export "stack" (func $stack_now))
  (func $common (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $also (param i32) (result i32) (i32.sub (local.get 0) (i32.const 1)))
  (func $helper (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
  (func $helpers_helper (param i32) (result i32) (call $common (call $helper (local.get 0))))
  (func $rare::called (param i32) (param i64) (result i32)
    (global.set $stack (i32.sub (global.get $stack) (i32.const 16)))
    (i32.store (i32.const 0) (local.get 0))
    (call $shout (local.get 0))
    (i32.add (call $helpers_helper (local.get 0)) (i32.wrap_i64 (local.get 1))))
  (func $rare::exported (result i32) (i32.load (i32.const 0)))
  (func $rare::method (param i32) (result i32) (i32.mul (local.get 0) (i32.const 100)))
  (func $through (param i32) (param i32) (result i32) (call_indirect (param i32) (result i32) (local.get 0) (local.get 1)))
  (func $stack_now (result i32) (global.get $stack))
  (func $run (param i32) (result i32)
    (call $log (local.get 0))
    (global.set $other (local.get 0))
    (if (result i32) (i32.gt_s (local.get 0) (i32.const 5))
      (then (call $rare::called (local.get 0) (i64.const 1000)))
      (else (call $common (local.get 0))))))`;

function halves(optimize) {
  const first = binaryen.parseText(WHOLE);
  first.setFeatures(binaryen.Features.MutableGlobals | binaryen.Features.ReferenceTypes);
  const more = split(first, [/^rare::/]);
  if (optimize) for (const half of [first, more]) half.optimize();
  return [first, more].map((half) => new WebAssembly.Module(half.emitBinary()));
}

function start(first, said) {
  const page = { log: (value) => said.push(["log", value]), shout: (value) => said.push(["shout", value]) };
  return new WebAssembly.Instance(first, { page }).exports;
}

for (const optimize of [false, true]) {
  test(`both halves together do what the whole did${optimize ? ", also optimized" : ""}`, () => {
    const [first, more] = halves(optimize);
    const said = [];
    const exports = start(first, said);
    assert.equal(exports.run(3), 4);
    assert.equal(exports.through(7, 1), 8);
    new WebAssembly.Instance(more, { $: exports });
    assert.equal(exports.run(6), 6 * 3 + 1 + 1000);
    assert.equal(exports.rare_export(), 6);
    assert.equal(exports.stack(), 48);
    assert.deepEqual([1, 2, 3, 4].map((slot) => exports.through(7, slot)), [8, 700, 6, 700]);
    assert.deepEqual(said, [["log", 3], ["log", 6], ["shout", 6]]);
  });

  test(`without the second half what is cut out ends in a trap, and nothing else does${optimize ? ", also optimized" : ""}`, () => {
    const [first] = halves(optimize);
    const exports = start(first, []);
    for (const call of [() => exports.run(6), () => exports.rare_export(), () => exports.through(7, 2), () => exports.through(7, 4)]) assert.throws(call, WebAssembly.RuntimeError);
    assert.deepEqual([exports.run(5), exports.through(7, 3), exports.stack()], [6, 6, 64]);
  });
}

test("what only the cut functions call goes with them, and what others need stays", () => {
  const module = binaryen.parseText(WHOLE);
  module.setFeatures(binaryen.Features.MutableGlobals | binaryen.Features.ReferenceTypes);
  const more = split(module, [/^rare::/]);
  const own = (half) => Array.from({ length: half.getNumFunctions() }, (_, place) => binaryen.getFunctionInfo(half.getFunctionByIndex(place)))
    .filter(({ module }) => !module).map(({ name }) => name).sort();
  assert.deepEqual(own(more), ["helper", "helpers_helper", "rare::called", "rare::exported", "rare::method"]);
  assert.deepEqual(own(module), ["also", "common", "rare::called", "rare::exported", "run", "stack_now", "through"]);
  assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(more.emitBinary())).map(({ kind }) => kind).sort(), ["function", "function", "global", "memory", "table"]);
});

test("a name that nothing has ends the build", () => {
  const script = `
    import binaryen from "binaryen";
    import { split } from ${JSON.stringify(new URL("../../tools/split.mjs", import.meta.url).href)};
    split(binaryen.parseText(${JSON.stringify(WHOLE)}), [/^rare::/, /^nowhere::/]);
  `;
  const { status, stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: fileURLToPath(new URL("../..", import.meta.url)), encoding: "utf8" });
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /^error: .*nowhere::.*\n$/);
});
