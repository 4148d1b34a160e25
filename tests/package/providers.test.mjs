// What lists the providers in JavaScript, beside the types: every such list has all that are asked over HTTP.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FORMATS } from "../../www/common/providers.js";
import { PROVIDERS } from "../fixtures/providers.mjs";

test("the demo offers each provider, in the order of the type", () => {
  assert.deepEqual(FORMATS.map(({ id }) => id), PROVIDERS, "FORMATS in www/common/providers.js is not the list of providers");
});

test("the demo knows of each provider what it shows and sends", () => {
  const members = Object.keys(FORMATS[0]);
  for (const format of FORMATS) assert.deepEqual(Object.keys(format), members, format.id);
});
