// Samples, run as they are: bundled with the built package in place of the one that npm would install.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const samples = at("www/site/samples");
const folder = mkdtempSync(join(tmpdir(), "refinire-site-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const PACKAGE = /^refinire-web(\/testing)?$/;
const ours = {
  name: "ours",
  setup: ({ onResolve }) => onResolve({ filter: PACKAGE }, ({ path }) => ({ path: pathToFileURL(at(path === "refinire-web" ? "pkg/refinire_web.js" : "pkg/testing.js")).href, external: true })),
};

/** What a sample exports. `aliases` replace packages of which a test has another form; another `copy` is another module. */
export async function load(name, aliases = {}, copy = "") {
  const outfile = join(folder, `${name}${copy}.mjs`);
  const nodePaths = [at("node_modules"), at("tools/site/node_modules")];
  await build({ entryPoints: [join(samples, name)], outfile, bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "silent", alias: aliases, nodePaths, plugins: [ours], banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' } });
  return import(pathToFileURL(outfile));
}

const own = globalThis.fetch;

/** Replaces the global fetch until the test is over. */
export function fetching(t, fetch) {
  globalThis.fetch = fetch;
  t.after(() => (globalThis.fetch = own));
}
