// What is told of an answer that is JSON while it grows: see src/web/js/run/structured.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Structured } from "../../src/web/js/run/structured.js";

/** The partial values of a text that comes in pieces of 4. */
function partials(text, type = "object") {
  const values = [];
  const structured = new Structured(undefined, type, (event) => event.type === "partial" && values.push(event.value));
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
  assert.equal(partials(text, "array").length, Math.ceil(text.length / 4));
});

test("an endless blank in a fence is no work", async () => {
  const structured = new Structured(undefined, "object", () => {});
  const text = `\`\`\`json${" ".repeat(20_000)}`;
  await assert.rejects(structured.value(text, text), { code: "schema" });
});

test("a validator that throws is what the answer failed with, and what was shown is kept", async () => {
  const validate = () => {
    throw new Error("boom");
  };
  const structured = new Structured({ "~standard": { validate } }, "object", () => {});
  await assert.rejects(structured.value("{}", "Wait. {}"), { code: "schema", message: /does not fit the schema: boom/, partialText: "Wait. {}" });
});

const SCALARS = [
  ["number", "42", 42],
  ["number", " -1.5e3\n", -1500],
  ["integer", "7", 7],
  ["boolean", "true", true],
  ["null", " null", null],
  ["string", '"Ge\\u006eoa, \\"{it}\\""', 'Genoa, "{it}"'],
];
for (const [type, text, value] of SCALARS) {
  test(`a whole that is a ${type} is told once it is final, and behind its last partial value: ${text}`, async () => {
    for (const length of [1, 3, 100]) {
      const told = [];
      const structured = new Structured({}, type, (event) => told.push(event));
      for (const piece of text.match(new RegExp(`[\\s\\S]{1,${length}}`, "g"))) structured.push(piece);
      assert.deepEqual(await structured.value(text, text), value);
      assert.deepEqual(told.filter((event) => event.type === "field"), [{ type: "field", path: [], value }]);
      assert.deepEqual(told.filter((event) => event.type === "partial").at(-1), { type: "partial", value });
    }
  });
}

test("a string that is the whole grows", () => {
  assert.deepEqual(partials('"Genoa is"', "string"), ["Gen", "Genoa i", "Genoa is"]);
});

test("words before a scalar are not told as one", async () => {
  for (const [type, text] of [["number", "It is 4"], ["string", 'So: "a"'], ["boolean", "truly so"], ["number", "4 or 5"]]) {
    const told = [];
    const structured = new Structured({}, type, (event) => told.push(event));
    structured.push(text);
    await assert.rejects(structured.value(text, text), { code: "schema" });
    assert.deepEqual(told.filter(({ type }) => type === "field"), [], text);
  }
});
