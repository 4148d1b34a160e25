// What is told of an answer that is JSON while it grows: see src/web/js/more/structured.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, RefinireError } from "../../src/web/js/error.js";
import { Growth } from "../../src/web/js/growth.js";
import { kit } from "../../src/web/js/more/kit.js";
import { Structured } from "../../src/web/js/more/structured.js";

Object.assign(kit, { describe, Growth, RefinireError });

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
