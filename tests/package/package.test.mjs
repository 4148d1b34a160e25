// The package as npm would publish it: packed, installed into an empty project, used there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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

test("the code is the entry, two that have the module in them, the chat element with the parts that it loads on demand and two modules beside it, and the entries of src/npm: no snippets, no import of anything else", () => {
  const scripts = readdirSync(installed, { recursive: true }).filter((file) => /\.[cm]?js$/.test(file));
  const parts = scripts.filter((file) => /^chat\/(?!(?:element|highlight|math)\.js$)/.test(file));
  assert.ok(parts.length > 1, "nothing is loaded on demand");
  assert.deepEqual(scripts.filter((file) => !parts.includes(file)).sort(), ["chat.js", "chat/element.js", "chat/highlight.js", "chat/math.js", "inline.classic.js", "inline.js", "react.js", "refinire_web.js", "svelte.js", "testing.js", "vue.js"]);
  const importsOf = (file) => {
    const imports = readFileSync(join(installed, file), "utf8").matchAll(/\b(?:from|import)\s*\(?\s*["'`]([^"'`]*)["'`]|\bimport\s*\(\s*(?!["'`])(.)/g);
    return [...new Set(Array.from(imports, ([, path, other]) => path ?? other))];
  };
  for (const file of ["refinire_web.js", "inline.js", "inline.classic.js"]) assert.deepEqual(importsOf(file), []);
  for (const file of ["inline.js", "inline.classic.js"]) assert.ok(!readFileSync(join(installed, file), "utf8").includes("import.meta"), file);
  const beside = new Set(["../refinire_web.js", "./element.js", ...parts.map((file) => file.replace("chat/", "./"))]);
  for (const file of ["chat/element.js", ...parts]) for (const path of importsOf(file)) assert.ok(beside.has(path), `${file} imports ${path}`);
  assert.deepEqual(importsOf("chat.js"), ["./chat/element.js"]);
  for (const file of ["chat/highlight.js", "chat/math.js", "testing.js"]) assert.deepEqual(importsOf(file), []);
  for (const name of ["react", "svelte", "vue"]) assert.deepEqual(importsOf(`${name}.js`).sort(), ["./refinire_web.js", name]);
});

test("its types are those of TypeScript's own resolution, also for the inline entries", () => {
  writeFileSync(join(project, "types.ts"), `
    import init, { RefinireAgent } from "refinire-web";
    import inline, { RefinireAgent as Inline, type RunResult } from "refinire-web/inline";
    import "refinire-web/inline.classic.js";
    import { scripted, type Answer } from "refinire-web/testing";
    import { highlight } from "refinire-web/chat/highlight";
    import { math } from "refinire-web/chat/math";
    import type { RefinireChatElement } from "refinire-web/chat/element";
    const started: Promise<unknown>[] = [init(), inline({ module_or_path: "/x.wasm" }), RefinireWeb.init()];
    const agents: RefinireAgent<string>[] = [new Inline({ name: "", generationInstructions: "", model: "" }), new RefinireWeb.RefinireAgent({ name: "", generationInstructions: "", model: "" })];
    export type Result = RunResult<string>;
    const answer: Answer = "Hello";
    const { fetch } = scripted([answer]);
    export function show(chat: RefinireChatElement) {
      chat.highlight = highlight({ getLanguage: () => undefined, highlight: (code) => ({ value: code }) });
      chat.math = math({ render: (tex, element) => void (element.textContent = tex) });
    }
    export { agents, fetch, started };
  `);
  const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
  for (const resolution of ["bundler", "nodenext"]) {
    const module = resolution === "bundler" ? "esnext" : "nodenext";
    const args = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--types", "", "--module", module, "--moduleResolution", resolution, "types.ts"];
    execFileSync(tsc, args, { cwd: project, encoding: "utf8", stdio: "pipe" });
  }
});

test("what the bindings are made for has to be there only where they are used", () => {
  const { dependencies = {}, peerDependencies, peerDependenciesMeta } = manifest();
  assert.deepEqual(dependencies, {});
  assert.deepEqual(Object.keys(peerDependencies), ["react", "svelte", "vue"]);
  for (const peer of Object.keys(peerDependencies)) assert.deepEqual(peerDependenciesMeta[peer], { optional: true });
});

test("what only has to be imported to work is not taken for useless", () => {
  assert.deepEqual(manifest().sideEffects, ["./chat.js", "./chat.css", "./inline.classic.js"]);
});

for (const name of ["refinire-web", "refinire-web/inline", "refinire-web/chat", "refinire-web/chat/element", "refinire-web/testing"]) test(`importing ${name} on a server does nothing and throws nothing`, () => {
  const globals = ["document", "window", "self", "navigator", "location", "localStorage", "sessionStorage", "indexedDB", "fetch", "WebSocket", "BroadcastChannel", "requestAnimationFrame", "addEventListener"];
  const printed = node(`
    const touched = [];
    for (const name of ${JSON.stringify(globals)}) {
      Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); } });
    }
    const { default: init, RefinireChatElement, scripted } = await import("${name}");
    console.log(JSON.stringify({ made: typeof (init ?? RefinireChatElement ?? scripted), touched }));
  `);
  assert.deepEqual(JSON.parse(printed), { made: "function", touched: [] });
});

const STREAM = `
  await init();
  const response = new Response('data: {"choices":[{"delta":{"content":"Hello"}}]}\\n\\ndata: [DONE]\\n\\n');
  console.log((await decodeResponse(response, { provider: "openai" }).result).text);
`;

for (const name of ["refinire-web", "refinire-web/inline"]) test(`${name} starts in Node by itself`, () => {
  assert.equal(node(`import init, { decodeResponse } from "${name}"; ${STREAM}`), "Hello\n");
});

test("the inline entry needs no other file", () => {
  const alone = join(project, "alone.mjs");
  copyFileSync(join(installed, "inline.js"), alone);
  assert.equal(node(`import init, { decodeResponse } from "./alone.mjs"; ${STREAM}`), "Hello\n");
});

test("where the module is missing, as in a server bundle, init() rejects at once and says what to do", () => {
  copyFileSync(join(installed, "refinire_web.js"), join(project, "bundled.mjs"));
  const told = JSON.parse(node(`
    import init from "./bundled.mjs";
    console.log(JSON.stringify(await init().catch(({ code, message }) => [code, message])));
  `));
  assert.equal(told[0], "not-initialized");
  assert.match(told[1], /refinire_web_bg\.wasm cannot be read \(ENOENT\)\. A server bundle does not take the file along\. .*"refinire-web\/inline"/);
});

test("a bundle that has the address browsers ask for in its place is told from a page", () => {
  const script = readFileSync(join(installed, "refinire_web.js"), "utf8").replace('new URL("refinire_web_bg.wasm",import.meta.url)', '{href:"/_next/static/media/refinire_web_bg.1.wasm"}');
  writeFileSync(join(project, "next.mjs"), script);
  const told = node(`import init from "./next.mjs"; console.log((await init().catch((error) => error)).message);`);
  assert.match(told, /\/_next\/static\/media\/refinire_web_bg\.1\.wasm is an address in a page, and here is none\. A server bundle/);
});

test("its wasm file and its package.json can be asked for by name", () => {
  const printed = node(`
    import { existsSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    const names = ["refinire-web", "refinire-web/chat", "refinire-web/chat/element", "refinire-web/inline", "refinire-web/inline.classic.js", "refinire-web/refinire_web_bg.wasm", "refinire-web/package.json"];
    console.log(JSON.stringify(names.map((name) => existsSync(fileURLToPath(import.meta.resolve(name))))));
  `);
  assert.deepEqual(JSON.parse(printed), Array(7).fill(true));
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

test("Vue leaves what users hold as it is", async () => {
  const { default: init, ConditionStep, Context, Flow, FunctionStep, JsonStream, ParallelStep, RateLimiter, RefinireAgent, UserInputStep } = await import("../../pkg/inline.js");
  const { isProxy, reactive, ref } = await import("vue");
  await init();
  const agent = new RefinireAgent({ name: "a", generationInstructions: "Answer.", model: "llama3", baseUrl: "http://localhost" });
  const context = new Context({ storage: "memory" });
  context.addUserMessage("Hi");
  const step = new FunctionStep("one", () => "done");
  const held = [
    agent, context, step, new Flow({ step }), new JsonStream(), new RateLimiter({ perMinute: 1 }), new ConditionStep("if", () => true, "one", "one"),
    new ParallelStep("all", [() => "a", () => "b"]), new UserInputStep("ask", "Well?"), agent.runStreamed("Hi"), context.messages, context.messages[0],
  ];
  for (const value of held) {
    assert.equal(ref(value).value, value);
    assert.equal(reactive({ value }).value, value);
    assert.equal(isProxy(reactive([value])[0]), false);
  }
});

test("its classes may be extended", async () => {
  const { default: init, ...library } = await import("../../pkg/inline.js");
  await init();
  const agent = { name: "a", generationInstructions: "Answer.", model: "llama3", baseUrl: "http://localhost" };
  const given = { Context: [{ storage: "memory" }], Flow: [{ step: new library.FunctionStep("one", () => "done") }], RateLimiter: [{ perMinute: 1 }], RefinireAgent: [agent] };
  for (const [name, options] of Object.entries(given)) {
    class Extended extends library[name] {
      own() {
        return "own";
      }
    }
    const made = new Extended(...options);
    assert.ok(made instanceof library[name] && made instanceof Extended, name);
    assert.equal(made.own(), "own");
    made.free();
  }
  class Chat extends library.Context {}
  const context = new Chat({ storage: "memory" });
  assert.equal(await context.ready, context);
});
