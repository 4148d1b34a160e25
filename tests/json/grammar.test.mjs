// What is JSON and what is not: a growing value and JSON.parse agree, wherever the text is cut.
import assert from "node:assert/strict";
import { test } from "node:test";
import { IncrementalJson } from "../../src/web/js/incremental-json.js";
import { corpus, cutAtRandom, DEPTH, everyCut, grow, mutate, offsetOf, randomJson, seeded, shown, units } from "./support.mjs";

function parsed(text) {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The same value, the order of its keys and what is their own included. */
function same(actual, expected, message) {
  assert.deepStrictEqual(actual, expected, message);
  assert.equal(JSON.stringify(actual), JSON.stringify(expected), message);
}

/** Grows as JSON.parse reads it, or is refused as JSON.parse refuses it; in all these cuts with the same outcome. Whether it is JSON. */
function agrees(text, cuts) {
  const wanted = parsed(text);
  const whole = grow([text]);
  assert.equal(whole.error === undefined, wanted !== undefined, `${shown(text)}: ${whole.error}`);
  if (wanted) same(whole.value, wanted.value, shown(text));
  else isRefused(whole.error, text);
  for (const pieces of cuts) {
    const cut = grow(pieces);
    const message = pieces.map(shown).join(" + ");
    assert.equal(cut.error?.message, whole.error?.message, message);
    same(cut.value, whole.value, message);
    assert.deepEqual(cut.finals, whole.finals, message);
  }
  return wanted !== undefined;
}

function isRefused(error, text) {
  assert.equal(error.name, "RefinireError", shown(text));
  assert.equal(error.code, "protocol", shown(text));
  const offset = offsetOf(error);
  assert.ok(offset >= 0 && offset <= text.length, `${shown(text)}: ${error.message}`);
}

test("what is JSON grows into what JSON.parse gives, cut at every place", () => {
  for (const text of [...corpus.valid, ...corpus.seeds]) assert.ok(agrees(text, everyCut(text)), shown(text));
});

test("what is not JSON is refused, cut at every place, with the same value and offset", () => {
  for (const text of corpus.invalid) assert.ok(!agrees(text, everyCut(text)), shown(text));
});

test("halves of surrogate pairs are kept as JSON.parse keeps them, cut at every place", () => {
  const [high, low] = ["\ud83d", "\ude00"];
  const units = [high, low, "\\ud83d", "\\uDE00", "a", "\\n"];
  for (const first of units) for (const second of units) for (const third of ["", ...units]) {
    const inside = first + second + third;
    for (const text of [`"${inside}"`, `{"${inside}":["${inside}"]}`]) assert.ok(agrees(text, everyCut(text)), shown(text));
  }
});

test("every beginning of a document ends too early, and is told so only at its end", () => {
  for (const text of corpus.seeds.map((seed) => seed.trimEnd())) {
    for (let end = 0; end < text.length; end += 1) {
      const beginning = text.slice(0, end);
      assert.equal(grow([beginning], { ends: false }).error, undefined, shown(beginning));
      const { error } = grow([beginning]);
      assert.match(error.message, /ends too early/, shown(beginning));
      assert.equal(offsetOf(error), end, shown(beginning));
    }
  }
});

test("random JSON grows into what JSON.parse gives, however it is cut", (t) => {
  const rng = seeded(t);
  for (let count = 0; count < 3000; count += 1) {
    const text = randomJson(rng);
    assert.ok(agrees(text, [units(text), cutAtRandom(text, rng)]), shown(text));
  }
});

test("changed documents are read or refused as JSON.parse does", (t) => {
  const rng = seeded(t);
  let valid = 0;
  for (let count = 0; count < 20_000; count += 1) {
    const text = mutate(count % 3 ? randomJson(rng) : rng.pick(corpus.seeds), rng);
    valid += Number(agrees(text, [units(text), cutAtRandom(text, rng)]));
  }
  assert.ok(valid > 2000 && valid < 10_000, `of 20000 documents ${valid} were valid: one side is hardly tried`);
});

// What a token can be completed with, before the brackets that are open.
const ENDINGS = ["", "0", "e", "ue", "rue", "se", "lse", "alse", "l", "ll", "ull", '"', 'n"', '0"', '00"', '000"', '0000"'];
const MEMBERS = ENDINGS.flatMap((ending) => [ending, `${ending}:0`]).concat('"":0', ":0");

/** Whether something can follow that makes it JSON: tried out. */
function canGoOn(text) {
  const open = [];
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"?|[[\]{}]/gs)) {
    if (token === "[" || token === "{") open.unshift(token === "[" ? "]" : "}");
    else if (token === "]" || token === "}") open.shift();
  }
  return MEMBERS.some((ending) => parsed(text + ending + open.join("")) !== undefined);
}

test("the offset is that of the first unit after which nothing makes it JSON, and its push is the one that throws", (t) => {
  const rng = seeded(t);
  const changed = Array.from({ length: 3000 }, () => mutate(rng.pick(corpus.seeds), rng));
  let refused = 0;
  for (const text of [...corpus.invalid, ...changed]) {
    const json = new IncrementalJson();
    let at = 0;
    let error;
    for (; at < text.length && !error; at += 1) {
      try {
        json.push(text[at]);
      } catch (thrown) {
        error = thrown;
        assert.equal(offsetOf(error), at, shown(text));
        assert.ok(!canGoOn(text.slice(0, at + 1)), `${shown(text)} is refused too early: ${error.message}`);
      }
    }
    const before = text.slice(0, error ? at - 1 : at);
    assert.ok(canGoOn(before), `${shown(text)} is refused too late: ${error?.message ?? "not at all"}`);
    refused += Number(error !== undefined);
  }
  assert.ok(refused > 1000, `only ${refused} texts were refused before their end`);
});

test("offsets count UTF-16 units over all pushes", () => {
  for (const [pieces, offset] of [
    [["x"], 0],
    [["\ufeff1"], 0],
    [["01"], 1],
    [["[1", "2", ",", "]"], 4],
    [["[1", "2x]"], 3],
    [["[-", "]"], 2],
    [["[1.", "e3]"], 3],
    [["tru", "x"], 3],
    [['"😀', "\\", "u12", "G4"], 7],
    [['"', "\ud83d", "\ude00\n"], 3],
    [['{"a" ', "1}"], 5],
    [['{"a":1', "]"], 6],
    [["{} ", "", " 1"], 4],
    [["[", "1"], 2],
    [['"\ud83d'], 2],
    [[""], 0],
    [[], 0],
  ]) {
    assert.equal(offsetOf(grow(pieces).error), offset, pieces.map(shown).join(" + "));
  }
});

test("as many arrays and objects as allowed may be in one another, and not one more", () => {
  for (const [open, close] of [["[", "]"], ['{"a":', "}"], [' [{"a":', " } ] "]]) {
    const levels = open.match(/[[{]/g).length;
    const nested = (times) => `${open.repeat(times)}1${close.repeat(times)}`;
    const deepest = nested(DEPTH / levels);
    assert.ok(agrees(deepest, [units(deepest)]), open);
    const deeper = nested(DEPTH / levels + 1);
    const { error } = grow(units(deeper));
    assert.equal(error.code, "protocol");
    assert.match(error.message, /nested too deeply/);
    const bracket = [...deeper.matchAll(/[[{]/g)][DEPTH].index;
    assert.equal(offsetOf(error), bracket, open);
  }
  const wide = `[${"[],{},".repeat(1000)}1]`;
  assert.ok(agrees(wide, [units(wide)]));
  assert.equal(offsetOf(grow(["[".repeat(1 << 20)]).error), DEPTH);
});
