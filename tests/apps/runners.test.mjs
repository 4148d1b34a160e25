// Test runners, with and without a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { command, project } from "./support.mjs";

const ANSWER = `new Response('data: {"choices":[{"delta":{"content":"Hello"}}]}\\n\\ndata: [DONE]\\n\\n')`;

for (const environment of ["node", "jsdom"]) {
  test(`vitest in ${environment}: init() finds the module`, async () => {
    const folder = project("vitest", { vitest: "3.2.7", jsdom: "29.1.1" }, { "a.test.js": `
      import { expect, test } from "vitest";
      import init, { decodeResponse } from "refinire-web";
      test("it streams", async () => {
        await init();
        expect((await decodeResponse(${ANSWER}, { provider: "openai" }).result).text).toBe("Hello");
      });
    ` });
    const { code, output } = await command(folder, "vitest", "run", "--environment", environment);
    assert.equal(code, 0, output);
  });
}

test("jest takes the classic script for the package", async () => {
  const folder = project("jest", { jest: "30.5.2" }, {
    "a.test.cjs": `
      const { default: init, decodeResponse } = require("refinire-web");
      test("it streams", async () => {
        await init();
        expect((await decodeResponse(${ANSWER}, { provider: "openai" }).result).text).toBe("Hello");
      });
    `,
    "jest.config.json": JSON.stringify({ testMatch: ["**/*.test.cjs"], moduleNameMapper: { "^refinire-web$": "refinire-web/inline.classic.js" } }),
  });
  const { code, output } = await command(folder, "jest", "--config", "jest.config.json");
  assert.equal(code, 0, output);
});
