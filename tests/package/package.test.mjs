// The package as npm would publish it: packed, installed into an empty project, used there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "refinire-web-"));
const installed = join(project, "node_modules/refinire-web");
const manifest = () => JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
const npm = (...args) => execFileSync("npm", [...args, "--loglevel=error"], { cwd: project, encoding: "utf8" });
const node = (code) => execFileSync(process.execPath, ["--input-type=module", "--eval", code], { cwd: project, encoding: "utf8", stdio: "pipe" });

before(() => {
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
  const [{ filename }] = JSON.parse(npm("pack", pkg, "--json"));
  npm("install", "--offline", "--no-audit", "--no-fund", `./${filename}`);
});
after(() => rmSync(project, { recursive: true, force: true }));

test("the files it lists are there, and no others", () => {
  const files = readdirSync(installed).filter((file) => file !== "package.json");
  assert.deepEqual(files.sort(), manifest().files.toSorted());
});

test("everything it promises resolves to a file", () => {
  const { main, module, types, exports } = manifest();
  const targets = [main, module, types, ...Object.values(exports).flatMap((target) => (typeof target === "string" ? target : Object.values(target)))];
  for (const target of targets) assert.ok(existsSync(join(installed, target)), target);
});

test("the code is one file: no snippets, no import of anything else", () => {
  assert.deepEqual(readdirSync(installed).filter((file) => /\.[cm]?js$/.test(file)), ["refinire_web.js"]);
  assert.doesNotMatch(readFileSync(join(installed, "refinire_web.js"), "utf8"), /\bimport\s*[{*("']|\bfrom\s*["']/);
});

test("importing it on a server does nothing and throws nothing", () => {
  const globals = ["document", "window", "self", "navigator", "location", "localStorage", "sessionStorage", "indexedDB", "fetch", "WebSocket", "BroadcastChannel", "requestAnimationFrame", "addEventListener"];
  const printed = node(`
    const touched = [];
    for (const name of ${JSON.stringify(globals)}) {
      Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); } });
    }
    const { default: init } = await import("refinire-web");
    console.log(JSON.stringify({ init: typeof init, touched }));
  `);
  assert.deepEqual(JSON.parse(printed), { init: "function", touched: [] });
});

test("its wasm and its package.json can be asked for by name", () => {
  const printed = node(`
    import { existsSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    const names = ["refinire-web", "refinire-web/refinire_web_bg.wasm", "refinire-web/package.json"];
    console.log(JSON.stringify(names.map((name) => existsSync(fileURLToPath(import.meta.resolve(name))))));
  `);
  assert.deepEqual(JSON.parse(printed), [true, true, true]);
});
