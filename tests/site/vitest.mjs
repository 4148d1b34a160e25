// As much of Vitest as the documentation's sample uses, on Node's own runner.
import assert from "node:assert/strict";

export { before as beforeAll, test } from "node:test";
export const expect = (value) => ({ toBe: (expected) => assert.equal(value, expected), toEqual: (expected) => assert.deepEqual(value, expected) });
