// JSON among the words of a model: see src/web/js/run/finder.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Finder } from "../../src/web/js/run/finder.js";

const pieces = (text, length) => text.match(new RegExp(`[\\s\\S]{1,${length}}`, "g")) ?? [];

/** What is found, the same however the text is cut. */
function found(type, text) {
  const values = [1, 2, 3, 1000].map((length) => {
    const finder = new Finder(type);
    for (const piece of pieces(text, length)) finder.push(piece);
    return finder.value;
  });
  for (const value of values) assert.deepEqual(value, values[0], text);
  return values[0];
}

const FOUND = [
  ["object", '{"n":{"m":[1]}}', { n: { m: [1] } }],
  ["object", 'Here: {"n":1}. {Bye}', { n: 1 }],
  ["object", 'Fill {n} [in] {all of\nit}: {"n":1}', { n: 1 }],
  ["object", '{ } {"n":1}', {}],
  ["array", 'An {object} in a list [sic]: [{"n":1}]', [{ n: 1 }]],
  [undefined, 'Look {here} [there]: [1] {"n":1}', [1]],
  ["object", '{"n":"[{"}', { n: "[{" }],
];

for (const [type, text, value] of FOUND) {
  test(`${JSON.stringify(text)} has ${type ?? "either"}: ${JSON.stringify(value)}`, () => assert.deepEqual(found(type, text), value));
}

const BAD = ['{"n":1, oops, "m":{"k":1}}', '{"n": Rome, "m": {"k":1}}', '{n: {"k":1}}', '{{"k":1}}', '{"n":[{"k":1', "none", "{n", ""];

for (const text of BAD) {
  test(`nothing inside of bad JSON is taken for the whole: ${JSON.stringify(text)}`, () => assert.equal(found("object", text), undefined));
}
