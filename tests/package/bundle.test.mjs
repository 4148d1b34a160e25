// How scripts are bundled: what is imported when it is asked for stands in a file of its own.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { bundle } from "../../tools/bundle.mjs";
import { entryFiles } from "../../tools/lib.mjs";

const folder = mkdtempSync(join(tmpdir(), "refinire-bundle-"));
const SOURCES = {
  "failure.js": "export class Failure extends Error {}",
  "index.js": 'export { Failure } from "./failure.js"; export const more = () => import("./more.js");',
  "more.js": 'import { Failure } from "./failure.js"; export const fail = () => { throw new Failure("later"); };',
  "alone.js": 'export const more = () => import("./lonely.js"); export const wasm = () => new URL("refinire_web_more_bg.wasm", import.meta.url);',
  "lonely.js": 'export const name = "lonely";',
};

before(() => Object.entries(SOURCES).forEach(([name, text]) => writeFileSync(join(folder, name), text)));
after(() => rmSync(folder, { recursive: true, force: true }));

async function bundled(source) {
  const out = mkdtempSync(join(folder, "out-"));
  writeFileSync(join(out, "package.json"), '{"type":"module"}');
  await bundle(join(folder, source), join(out, "refinire_web.js"));
  const files = readdirSync(out).filter((file) => file.endsWith(".js")).sort();
  return { out, files, entry: readFileSync(join(out, "refinire_web.js"), "utf8"), exports: await import(pathToFileURL(join(out, "refinire_web.js"))) };
}

test("what is loaded later is one more file, and both addresses stand as bundlers look for them", async () => {
  const { out, files, entry, exports } = await bundled("alone.js");
  assert.deepEqual(files, ["refinire_web.js", "refinire_web_lonely.js"]);
  assert.ok(entry.includes('import("./refinire_web_lonely.js")'), entry);
  assert.ok(entry.includes('new URL("refinire_web_more_bg.wasm",import.meta.url)'), entry);
  assert.equal((await exports.more()).name, "lonely");
  assert.deepEqual(entryFiles(out), ["refinire_web.js", "refinire_web_bg.wasm"]);
});

test("what both need is there once, and counts as loaded by the entry", async () => {
  const { out, files, exports } = await bundled("index.js");
  assert.deepEqual(files, ["refinire_web.js", "refinire_web_chunk.js", "refinire_web_more.js"]);
  const { fail } = await exports.more();
  assert.throws(fail, exports.Failure);
  assert.deepEqual(entryFiles(out), ["refinire_web.js", "refinire_web_chunk.js", "refinire_web_bg.wasm"]);
});
