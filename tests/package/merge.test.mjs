// How the caller's own options are laid over a request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { merged } from "../../src/web/js/merge.js";

// RFC 7396, appendix A: the original, the patch, the result.
const TABLE = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', "{}"],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', "null", "null"],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
  ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];

test("a merge patch does what the table of RFC 7396 says", () => {
  for (const [original, patch, result] of TABLE) {
    assert.equal(JSON.stringify(merged(JSON.parse(original), JSON.parse(patch))), result, `${original} with ${patch}`);
  }
});

test("__proto__ is a key like any other", () => {
  const result = merged(JSON.parse('{"a":1}'), JSON.parse('{"__proto__":{"b":2}}'));
  assert.equal(JSON.stringify(result), '{"a":1,"__proto__":{"b":2}}');
  assert.equal(result.b, undefined);
});
