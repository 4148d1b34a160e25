// What is told of an answer that is JSON while it grows: see src/web/js/run/structured.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Structured } from "../../src/web/js/run/structured.js";

/** A core that takes all of an answer for the value, or what the pattern matches; which one is meant is tested in tests/schema. */
const core = (pattern = /[^]+/g, misfit = () => undefined) => ({
  restartValue: () => {},
  beginValue: (text) => (text.match(pattern)?.index === 0 || pattern.source === "[^]+" ? text : null),
  values: (text) => [...text.matchAll(pattern)].flatMap(({ index, 0: { length } }) => [index, index + length]),
  whyNone: () => "nothing",
  answerMisfit: misfit,
});

/** The events of a text that comes in pieces of `length`, and the value; where none fits, the error. */
async function told(text, length, ...more) {
  const events = [];
  const structured = new Structured({}, core(...more), (event) => events.push(event));
  for (const piece of text.match(new RegExp(`[\\s\\S]{1,${length}}`, "g"))) structured.push(piece);
  const streamed = events.length;
  const value = await structured.value(text, text).catch((error) => error);
  return { events, streamed, value };
}

/** The partial values of a text that comes in pieces of 4. */
function partials(text) {
  const values = [];
  const structured = new Structured({}, core(), (event) => event.type === "partial" && values.push(event.value));
  for (const piece of text.match(/[\s\S]{1,4}/g)) structured.push(piece);
  return values;
}

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

test("what streamed is not told again, and what did not is told once it is known to be meant", async () => {
  const events = [{ type: "field", path: ["n"], value: 1 }, { type: "field", path: [], value: { n: 1 } }, { type: "partial", value: { n: 1 } }];
  const streamed = await told('{"n":1}', 100);
  assert.deepEqual(streamed, { events, streamed: 3, value: { n: 1 } });
  const late = await told('So: {"n":1}', 100, /{[^]+}/g);
  assert.deepEqual(late, { events, streamed: 0, value: { n: 1 } });
});

for (const [text, value] of [["42", 42], ["-1.5e3", -1500], ["true", true], ["null", null], ['"a"', "a"]]) {
  test(`a scalar is told when it is whole: ${text}`, async () => {
    const { events } = await told(text, 1, /^.+$/g);
    assert.deepEqual(events.slice(-2), [{ type: "field", path: [], value }, { type: "partial", value }]);
  });
}

test("where the first value does not fit the others are tried, and the first problem is told where none does", async () => {
  const values = /{[^}]*}/g;
  const fits = (json) => (json.includes("2") ? undefined : `no 2 in ${json}`);
  const found = await told('{"n":1} {"n":2}', 100, values, fits);
  assert.deepEqual(found.value, { n: 2 });
  assert.deepEqual(found.events.at(-1), { type: "partial", value: { n: 2 } });
  const { value: error } = await told('{"n":1} {"n":3}', 100, values, fits);
  assert.deepEqual([error.code, error.message], ["schema", 'the answer does not fit the schema: no 2 in {"n":1}. It is: {"n":1} {"n":3}']);
  const { value: none } = await told("none", 4, values);
  assert.deepEqual([none.code, none.message, none.partialText], ["schema", "the answer is not the JSON that was asked for: nothing. It is: none", "none"]);
});

test("a validator that throws is what the answer failed with, and what was shown is kept", async () => {
  const validate = () => {
    throw new Error("boom");
  };
  const structured = new Structured({ "~standard": { validate } }, core(), () => {});
  await assert.rejects(structured.value("{}", "Wait. {}"), { code: "schema", message: /does not fit the schema: boom/, partialText: "Wait. {}" });
});

test("nobody who listens, nothing to tell", async () => {
  const events = [];
  const structured = new Structured({}, core(), (event) => events.push(event));
  assert.deepEqual(await structured.value("{}", "{}"), {});
  assert.deepEqual(events, []);
});
