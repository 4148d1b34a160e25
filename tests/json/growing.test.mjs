// How a value grows: what is there when, what never changes again, what is told as final, what an error leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { IncrementalJson } from "../../src/web/js/incremental-json.js";
import { grow, offsetOf, randomJson, seeded, shown, units } from "./support.mjs";

/** The value after each push, as it was then. */
function snapshots(...pieces) {
  const json = new IncrementalJson();
  return pieces.map((piece) => {
    json.push(piece);
    return json.value === undefined ? undefined : JSON.parse(JSON.stringify(json.value));
  });
}

const thrownBy = (work) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
};

/** Whether `later` can have grown out of `earlier`. */
function hasGrown(earlier, later) {
  if (typeof earlier === "string") return typeof later === "string" && later.startsWith(earlier);
  if (typeof earlier !== "object" || earlier === null) return Object.is(earlier, later);
  if (Array.isArray(earlier) !== Array.isArray(later)) return false;
  const [before, after] = [Object.keys(earlier), Object.keys(later)];
  // All but the last were whole.
  return before.every((key, at) => key === after[at] && (at < before.length - 1 ? JSON.stringify(earlier[key]) === JSON.stringify(later[key]) : hasGrown(earlier[key], later[key])));
}

test("strings only grow, arrays and objects only gain, and all but the last of them stays", (t) => {
  const rng = seeded(t);
  for (let count = 0; count < 500; count += 1) {
    const text = randomJson(rng, { plain: true });
    const seen = snapshots(...units(text));
    const begun = seen.findIndex((value) => value !== undefined);
    for (let at = begun + 1; begun >= 0 && at < seen.length; at += 1) {
      assert.ok(hasGrown(seen[at - 1], seen[at]), `${shown(text)}, unit ${at}: ${shown(JSON.stringify(seen[at - 1]))} → ${shown(JSON.stringify(seen[at]))}`);
    }
    // JSON.stringify writes the half of a pair as an escape.
    for (const value of seen) assert.doesNotMatch(JSON.stringify(value) ?? "", /\\ud[89a-f]/, shown(text));
  }
});

test("what is inside is told before what it is in, each once, with its path, as it then stays", (t) => {
  const rng = seeded(t);
  let told = 0;
  for (let count = 0; count < 500; count += 1) {
    const text = randomJson(rng, { plain: true });
    const { finals, value } = grow(units(text));
    const expected = [];
    const walk = (node, path) => {
      if (typeof node === "object" && node !== null) for (const key of Object.keys(node)) walk(node[key], [...path, Array.isArray(node) ? Number(key) : key]);
      expected.push([path, JSON.stringify(node)]);
    };
    walk(value, []);
    assert.deepEqual(finals, expected, shown(text));
    told += finals.length;
  }
  assert.ok(told > 1000, `only ${told} values were told`);
});

test("a value is told in the push that makes it final, with a path of its own", () => {
  const told = [];
  const json = new IncrementalJson((path, value) => told.push({ path, value }));
  const toldBy = (text) => {
    json.push(text);
    return told.splice(0).map(({ path, value }) => [path.join("."), JSON.stringify(value)]);
  };
  assert.deepEqual(toldBy('{"a":[1'), []);
  assert.deepEqual(toldBy("2"), []);
  assert.deepEqual(toldBy(" "), [["a.0", "12"]]);
  assert.deepEqual(toldBy(',"x'), []);
  assert.deepEqual(toldBy('"'), [["a.1", '"x"']]);
  assert.deepEqual(toldBy(',{},tru'), [["a.2", "{}"]]);
  assert.deepEqual(toldBy("e"), [["a.3", "true"]]);
  json.push("]");
  const [{ path, value }] = told.splice(0);
  assert.equal(value, json.value.a);
  path.push("mine");
  assert.deepEqual(toldBy("}"), [["", '{"a":[12,"x",{},true]}']]);
});

test("a number that is the whole is final at the space behind it, or at the end", () => {
  const told = [];
  const json = new IncrementalJson((path, value) => told.push([path, value]));
  json.push("1");
  json.push("2");
  assert.deepEqual([json.value, told], [undefined, []]);
  assert.equal(json.finish(), 12);
  assert.deepEqual(told, [[[], 12]]);
  assert.equal(json.finish(), 12);
  assert.equal(told.length, 1);
  assert.deepEqual(grow(["12", "\n"], { ends: false }).finals, [[[], "12"]]);
});

test("a number that may go on is neither shown nor told, also when the text ends too early there", () => {
  for (const text of ["[1", "[1.5e", "[-", "[1x", '{"a":0x']) {
    const { value, finals, error } = grow([text]);
    assert.deepEqual([Object.keys(value), finals, error.code], [[], [], "protocol"], text);
  }
});

test("things are there as soon as they can be", () => {
  assert.deepEqual(snapshots(" ", "[", '"', "a", "b\\", "n", '"', ",nul", "l", ",1", "2", ",", '{"k', 'ey"', ":", '"', '"}', "]"), [
    undefined, [], [""], ["a"], ["ab"], ["ab\n"], ["ab\n"], ["ab\n"], ["ab\n", null], ["ab\n", null], ["ab\n", null], ["ab\n", null, 12],
    ["ab\n", null, 12, {}], ["ab\n", null, 12, {}], ["ab\n", null, 12, {}], ["ab\n", null, 12, { key: "" }], ["ab\n", null, 12, { key: "" }], ["ab\n", null, 12, { key: "" }],
  ]);
  assert.deepEqual(snapshots('"', "a", "b", '"'), ["", "a", "ab", "ab"]);
});

test("a pair is never cut, however its halves are written and cut", () => {
  const [high, low] = ["\ud83d", "\ude00"];
  for (const first of [high, "\\ud83d"]) {
    for (const second of [low, "\\uDE00"]) {
      const seen = snapshots('"a', ...units(first + second), 'b"');
      const length = (first + second).length;
      assert.deepEqual(seen, ["a", ...Array(length - 1).fill("a"), "a😀", "a😀b"], shown(first + second));
    }
  }
});

test("half of a pair that stays alone is there when something else follows", () => {
  const lone = "\ud83d";
  for (const [pieces, expected] of [
    [['"', lone, "a"], ["", "", `${lone}a`]],
    [['"', lone, lone, '"'], ["", "", lone, lone + lone]],
    [['"', lone, "\\", "n"], ["", "", "", `${lone}\n`]],
    [['"', "\\ud83d", '"'], ["", "", lone]],
    [['"', "\ude00", '"'], ["", "\ude00", "\ude00"]],
  ]) {
    assert.deepEqual(snapshots(...pieces), expected, pieces.map(shown).join(" + "));
  }
});

test("arrays and objects stay the same ones as they grow", () => {
  const json = new IncrementalJson();
  json.push('{"a":[{"b":1');
  const { value } = json;
  const [list, inner] = [value.a, value.a[0]];
  json.push('}, 2], "c": ');
  json.push("3}");
  assert.equal(json.finish(), value);
  assert.ok(value.a === list && list[0] === inner);
  assert.deepEqual(value, { a: [{ b: 1 }, 2], c: 3 });
});

test("__proto__ and what objects inherit are keys like others", () => {
  for (const key of ["__proto__", "constructor", "hasOwnProperty"]) {
    for (const inner of ['{"isAdmin":true}', '"text"', "1", "[]"]) {
      const text = `{"${key}":${inner},"a":{"${key}":0,"${key}":${inner}}}`;
      const { value } = grow(units(text));
      assert.deepEqual(value, JSON.parse(text), text);
      assert.deepEqual(Object.getOwnPropertyDescriptor(value, key), Object.getOwnPropertyDescriptor(JSON.parse(text), key), text);
      assert.equal(Object.getPrototypeOf(value), Object.prototype, text);
      assert.equal(Object.getPrototypeOf(value.a), Object.prototype, text);
    }
  }
  assert.equal({}.isAdmin, undefined);
});

test("a key that comes again starts a value of its own in the place of the last one, which is left as it was", () => {
  const told = [];
  const json = new IncrementalJson((path, value) => told.push([path.join("."), value]));
  json.push('{"a":[1],"b":0,"a"');
  const first = json.value.a;
  assert.deepEqual(first, [1]);
  json.push(":1");
  assert.equal(json.value.a, first);
  json.push('2,"a":"');
  assert.equal(json.value.a, "");
  json.push('xy"}');
  assert.deepEqual(json.value, { a: "xy", b: 0 });
  assert.deepEqual(Object.keys(json.value), ["a", "b"]);
  assert.deepEqual(first, [1]);
  assert.deepEqual(told, [["a.0", 1], ["a", first], ["b", 0], ["a", 12], ["a", "xy"], ["", json.value]]);
});

test("after an error the value stays what it was up to there, and everything throws that error", () => {
  for (const [pieces, expected] of [
    [['{"a":"bc', 'd\\q"}'], { a: "bcd" }],
    [['["x\n"]'], ["x"]],
    [["[1,2", ",]"], [1, 2]],
    [["[1,2", "3x,4]"], [1]],
    [["[nulll]"], [null]],
    [['{"a":1]'], { a: 1 }],
    [['{"a":1} ', "{}"], { a: 1 }],
    [['["\\ud83d', "\\x"], [""]],
    [["x"], undefined],
  ]) {
    const json = new IncrementalJson();
    const error = thrownBy(() => pieces.forEach((piece) => json.push(piece)));
    assert.equal(error.code, "protocol");
    const again = [() => json.push(" "), () => json.push('"'), () => json.finish(), () => json.finish()].map(thrownBy);
    for (const other of again) assert.equal(other, error, pieces.join(""));
    assert.deepEqual(json.value, expected, pieces.join(""));
  }
});

test("an end too early is an error that stays, though what is missing comes after it", () => {
  const json = new IncrementalJson();
  json.push('["a');
  const error = thrownBy(() => json.finish());
  assert.equal(offsetOf(error), 3);
  assert.equal(thrownBy(() => json.push('"]')), error);
  assert.deepEqual(json.value, ["a"]);
});

test("after the end only space may come", () => {
  const json = new IncrementalJson();
  json.push("12");
  json.finish();
  json.push("\n");
  assert.equal(offsetOf(thrownBy(() => json.push("3"))), 3);
  assert.equal(json.value, 12);
});

test("what is no string is refused, and does no harm", () => {
  const json = new IncrementalJson();
  json.push("[1");
  for (const wrong of [undefined, null, 2, ["2"], new TextEncoder().encode("2"), new String("2")]) {
    const error = thrownBy(() => json.push(wrong));
    assert.equal(error.code, "invalid-argument");
    assert.match(error.message, /`text`/);
  }
  json.push("");
  json.push("2]");
  assert.deepEqual(json.finish(), [12]);
});

test("a listener that throws ends it with what it threw", () => {
  const own = new Error("of the listener");
  const json = new IncrementalJson(() => {
    throw own;
  });
  json.push("[");
  assert.equal(thrownBy(() => json.push("1,2")), own);
  assert.equal(thrownBy(() => json.push("]")), own);
  assert.deepEqual(json.value, [1]);
});
