// Vite in development and built, without any configuration for the package.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { close, command, HTML, MAIN, project, serving, servingFiles, shown } from "./support.mjs";

after(close);

for (const version of ["5.4.21", "6.4.6", "7.3.8"]) {
  const name = `vite-${version.split(".")[0]}`;
  const made = (config = {}) => project(name, { vite: version }, { "index.html": HTML, "main.js": MAIN, "vite.config.js": `export default ${JSON.stringify(config)};` });
  const developing = (config) => serving(made(config), ["vite", "--port", "0", "--host", "127.0.0.1"], shown);

  test(`${name} in development`, async () => {
    assert.equal(await developing(), "Hello");
    assert.equal(await developing({ base: "/below/it/" }), "Hello");
    assert.equal(await developing({ cacheDir: ".vite" }), "Hello");
  });

  test(`${name} in development, where the cache says nothing of where the package is, says what to exclude`, async () => {
    assert.match(await developing({ cacheDir: "made/.vite" }), /^not-initialized: .*\/made\/\.vite\/deps\/refinire_web_bg\.wasm answered .*optimizeDeps: \{ exclude: \["refinire-web"\] \}/);
    assert.equal(await developing({ cacheDir: "made/.vite", optimizeDeps: { exclude: ["refinire-web"] } }), "Hello");
  });

  test(`${name} built`, async () => {
    const folder = made();
    assert.equal((await command(folder, "vite", "build")).code, 0);
    assert.equal(await servingFiles(join(folder, "dist"), shown), "Hello");
  });
}
