// The samples of the documentation are files: each is shown as it is, and compiles.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { markdownFiles, samplesOf, withSamples } from "../../tools/site/samples.mjs";
import { samples } from "./support.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = readdirSync(samples);
const read = (name) => readFileSync(join(samples, name), "utf8");
const documents = markdownFiles();

test("every page shows its samples as the files are; if not, run node tools/site/samples.mjs", () => {
  for (const { file, markdown } of documents) assert.equal(markdown, withSamples(markdown, dirname(file)), file);
});

test("every sample is shown", () => {
  const shown = new Set(documents.flatMap(({ file, markdown }) => samplesOf(markdown, dirname(file))).map((file) => basename(file)));
  assert.deepEqual(files.filter((name) => !shown.has(name)), []);
});

test("code that is no file is only a few lines", () => {
  for (const { file, markdown } of documents) {
    for (const [, before, language, code] of markdown.matchAll(/(.*)\n```(jsx?|tsx?|html|python|vue|svelte)\n([^]*?)```/g)) {
      if (!before.startsWith("<!-- ")) assert.ok(code.trim().split("\n").length <= 4, `${file}: ${language}\n${code}`);
    }
  }
});

test("JavaScript and TypeScript pass the type checker", () => {
  const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), ["--project", join(root, "tests/site")], { encoding: "utf8" });
  assert.equal(tsc.stdout + tsc.stderr, "");
});

for (const name of files.filter((file) => /\.(jsx|tsx|html|js)$/.test(file))) test(`${name} is valid`, async () => {
  const scripts = name.endsWith(".html") ? Array.from(read(name).matchAll(/<script(?: type="module")?>([^]*?)<\/script>/g), ([, code]) => code) : [read(name)];
  const loader = name.endsWith(".html") ? "js" : name.split(".").at(-1);
  for (const code of scripts) await transform(code, { loader, jsx: "automatic", logLevel: "silent" });
});

test("Python compiles", (t) => {
  if (spawnSync("python3", ["--version"]).status !== 0) return t.skip("there is no python3");
  for (const name of files.filter((file) => file.endsWith(".py"))) {
    execFileSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], { input: read(name), stdio: "pipe" });
  }
});
