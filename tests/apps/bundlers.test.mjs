// Bundlers that make files for a plain server.
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { close, command, HTML, MAIN, project, servingFiles, shown } from "./support.mjs";

after(close);

const DEPENDENCIES = { esbuild: "0.28.2", rollup: "4.68.8", "@rollup/plugin-node-resolve": "16.0.3", webpack: "5.113.0", "webpack-cli": "7.3.1" };
const made = (main = MAIN) => project("bundlers", DEPENDENCIES, { "dist/index.html": HTML, "main.js": main });
const builds = {
  webpack: ["--mode", "production", "--entry", "./main.js"],
  esbuild: ["main.js", "--bundle", "--format=esm", "--outfile=dist/main.js"],
  rollup: ["main.js", "--plugin", "node-resolve", "--format", "es", "--file", "dist/main.js"],
};
const build = async (folder, name) => {
  const { code, output } = await command(folder, name, ...builds[name]);
  assert.equal(code, 0, output);
};

test("webpack takes the module along", async () => {
  const folder = made();
  await build(folder, "webpack");
  assert.equal(await servingFiles(join(folder, "dist"), shown), "Hello");
});

for (const name of ["esbuild", "rollup"]) {
  test(`${name} leaves it to be copied, and the error says so until then`, async () => {
    const folder = made();
    await build(folder, name);
    assert.match(await servingFiles(join(folder, "dist"), shown), /^not-initialized: .*\/refinire_web_bg\.wasm answered 404\. Serve refinire_web_bg\.wasm there/);
    copyFileSync(join(folder, "node_modules/refinire-web/refinire_web_bg.wasm"), join(folder, "dist/refinire_web_bg.wasm"));
    assert.equal(await servingFiles(join(folder, "dist"), shown), "Hello");
  });
}

for (const name of Object.keys(builds)) {
  test(`${name} with the inline entry needs no file`, async () => {
    const folder = made(MAIN.replace("refinire-web", "refinire-web/inline"));
    await build(folder, name);
    assert.equal(await servingFiles(join(folder, "dist"), shown), "Hello");
  });
}

test("a classic script of esbuild's, which knows no address, says what to do", async () => {
  const folder = made();
  const { code, output } = await command(folder, "esbuild", "main.js", "--bundle", "--format=iife", "--outfile=dist/main.js");
  assert.equal(code, 0, output);
  assert.match(await servingFiles(join(folder, "dist"), shown), /^not-initialized: .*does not know its own address here: pass init\(\{ module_or_path \}\)/);
});
