// What is told of a JSON value while it grows: see src/web/js/growing-value.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { GrowingValue } from "../../src/web/js/growing-value.js";

/** What is told of a text that comes in pieces of `length`, in order; after each piece, whether more can follow. */
function told(text, length) {
  const growing = new GrowingValue();
  const fields = [];
  const partials = [];
  const events = [];
  const goesOn = [];
  const onField = (path, value) => events.push({ path, value }) && fields.push([path, value]);
  const onPartial = (value) => events.push({ value }) && partials.push(value);
  for (const piece of text.match(new RegExp(`[\\s\\S]{1,${length}}`, "g"))) goesOn.push(growing.push(piece, onField, onPartial));
  return { events, fields, partials, goesOn, isWhole: growing.isWhole };
}

/** The partial values of a text that comes in pieces of 4. */
const partials = (text) => told(text, 4).partials;

const LONG = {
  "a long array": (length) => ({ list: Array.from({ length: length / 5 }, (_, place) => 1000 + (place % 9000)) }),
  "many keys": (length) => Object.fromEntries(Array.from({ length: length / 12 }, (_, place) => [`key${place}`, place])),
  "objects in a list in a list": (length) => ({ list: [Array.from({ length: length / 12 }, (_, n) => ({ n }))] }),
};

/** How many members the values have at their open end, where each is a copy. */
function copied(value) {
  let members = 0;
  for (let it = value; typeof it === "object" && it !== null; it = Object.values(it).at(-1)) members += Object.keys(it).length;
  return members;
}

for (const [name, make] of Object.entries(LONG)) {
  test(`${name}: what all partial values copy grows with the text, and the last one is whole`, () => {
    for (const length of [10_000, 40_000]) {
      const value = make(length);
      const text = JSON.stringify(value);
      const told = partials(text);
      const all = told.reduce((sum, value) => sum + copied(value), 0);
      assert.ok(all < 25 * text.length, `${all} members for ${text.length} characters`);
      assert.ok(told.length > 100, `${told.length} values`);
      assert.deepEqual(told.at(-1), value);
    }
  });
}

test("of what is small there is a partial value for each piece", () => {
  const text = JSON.stringify(Array.from({ length: 40 }, (_, id) => ({ id, name: `number ${id}`, tags: ["a", "b"] })));
  assert.equal(partials(text).length, Math.ceil(text.length / 4));
});

test("a string that is the whole grows", () => {
  assert.deepEqual(partials('"Genoa is"'), ["Gen", "Genoa i", "Genoa is"]);
});

test("fields are told before the value that has them, and nothing follows the whole", () => {
  const { events, goesOn, isWhole } = told('{"n":1} and {', 8);
  assert.deepEqual(events, [{ path: ["n"], value: 1 }, { path: [], value: { n: 1 } }, { value: { n: 1 } }]);
  assert.deepEqual([goesOn[0], isWhole], [false, true]);
});

test("words right behind the whole do not matter, others end it", () => {
  const behind = told('{"n":1} Bye {', 100);
  assert.deepEqual([behind.partials, behind.goesOn, behind.isWhole], [[{ n: 1 }], [false], true]);
  const within = told('{"n":1, Bye}', 4);
  assert.deepEqual([within.partials, within.goesOn, within.isWhole], [[{}, { n: 1 }], [true, true, false], false]);
});

for (const [text, value] of [["42 ", 42], ["-1.5e3 ", -1500], ["true", true], ["null", null], ['"a"', "a"]]) {
  test(`a scalar is told when it is whole: ${text}`, () => {
    const { events, goesOn } = told(text, 100);
    assert.deepEqual([events.slice(-2), goesOn.at(-1)], [[{ path: [], value }, { value }], false]);
  });
}
