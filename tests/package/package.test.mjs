// The package as npm would publish it: packed, installed into an empty project, used there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
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

test("the code is the entry and two files for the chat element: no snippets, no import of anything else", () => {
  const scripts = readdirSync(installed, { recursive: true }).filter((file) => /\.[cm]?js$/.test(file));
  assert.deepEqual(scripts.sort(), ["chat.js", "chat/element.js", "refinire_web.js"]);
  const importsOf = (file) => {
    const imports = readFileSync(join(installed, file), "utf8").matchAll(/\b(?:from|import)\s*\(?\s*["'`]([^"'`]*)["'`]|\bimport\s*\(\s*(?!["'`])(.)/g);
    return [...new Set(Array.from(imports, ([, path, other]) => path ?? other))];
  };
  assert.deepEqual(importsOf("refinire_web.js"), []);
  assert.deepEqual(importsOf("chat/element.js"), ["../refinire_web.js"]);
  assert.deepEqual(importsOf("chat.js"), ["./chat/element.js"]);
});

test("what only has to be imported to work is not taken for useless", () => {
  assert.deepEqual(manifest().sideEffects, ["./chat.js"]);
});

for (const name of ["refinire-web", "refinire-web/chat", "refinire-web/chat/element"]) test(`importing ${name} on a server does nothing and throws nothing`, () => {
  const globals = ["document", "window", "self", "navigator", "location", "localStorage", "sessionStorage", "indexedDB", "fetch", "WebSocket", "BroadcastChannel", "requestAnimationFrame", "addEventListener"];
  const printed = node(`
    const touched = [];
    for (const name of ${JSON.stringify(globals)}) {
      Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); } });
    }
    const { default: init, RefinireChatElement } = await import("${name}");
    console.log(JSON.stringify({ made: typeof (init ?? RefinireChatElement), touched }));
  `);
  assert.deepEqual(JSON.parse(printed), { made: "function", touched: [] });
});

test("its wasm file and its package.json can be asked for by name", () => {
  const printed = node(`
    import { existsSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    const names = ["refinire-web", "refinire-web/chat", "refinire-web/chat/element", "refinire-web/refinire_web_bg.wasm", "refinire-web/package.json"];
    console.log(JSON.stringify(names.map((name) => existsSync(fileURLToPath(import.meta.resolve(name))))));
  `);
  assert.deepEqual(JSON.parse(printed), [true, true, true, true, true]);
});

test("its one wasm file is named as bundlers look for it, and is a module", () => {
  const wasm = readdirSync(installed).filter((file) => file.endsWith(".wasm"));
  const named = readFileSync(join(installed, "refinire_web.js"), "utf8").matchAll(/new URL\(["']([\w.]+)["'], ?import\.meta\.url\)/g);
  assert.deepEqual(wasm, ["refinire_web_bg.wasm"]);
  assert.deepEqual(Array.from(named, ([, file]) => file), wasm);
  assert.ok(WebAssembly.validate(readFileSync(join(installed, wasm[0]))));
});

test("nothing in it names a path of the machine that built it", () => {
  for (const file of readdirSync(installed, { recursive: true }).filter((file) => /\.(js|wasm|json)$/.test(file))) {
    const text = readFileSync(join(installed, file), "latin1");
    for (const path of [fileURLToPath(new URL("../..", import.meta.url)), homedir()]) assert.ok(!text.includes(`${path.replace(/\/$/, "")}/`), `${file} names ${path}`);
  }
});
