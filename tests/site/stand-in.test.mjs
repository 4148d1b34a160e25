// The stand-in of the site's demo, which answers in the page: in every format, with tools, a break and its continuation.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import init, { Context, RefinireAgent } from "../../pkg/refinire_web.js";
import { PROVIDERS, scripted } from "../../pkg/testing.js";
import { answersInside } from "../../tools/site/demo.mjs";

const folder = mkdtempSync(join(tmpdir(), "refinire-stand-in-"));
let fetch;

before(async () => {
  const outfile = join(folder, "model.mjs");
  await build({ entryPoints: [fileURLToPath(new URL("../../www/site/stand-in/model.js", import.meta.url))], outfile, bundle: true, format: "esm", plugins: [answersInside()] });
  const { Model } = await import(pathToFileURL(outfile));
  const model = new Model({ firstMs: 0, eachMs: 0 });
  ({ fetch } = scripted((request) => model.answer(request)));
  await init();
});
after(() => rmSync(folder, { recursive: true, force: true }));

const agent = (provider, options) => new RefinireAgent({ name: "test", generationInstructions: "Be brief.", model: "any", provider, baseUrl: "https://site.invalid/api", fetch, retry: false, ...options });

for (const provider of PROVIDERS) test(`it answers in the format of ${provider}`, async () => {
  const context = new Context({ storage: "memory" });
  assert.match((await agent(provider).run("Hello", { context })).text, /^Hello! I am a stand-in/);
  assert.match((await agent(provider).run("What did I ask?", { context })).text, /“Hello”/);
});

for (const provider of PROVIDERS.filter((name) => name !== "relay")) test(`it calls tools in the format of ${provider}`, async () => {
  const tool = (name, output) => ({ name, description: name, parameters: { type: "object" }, execute: () => output });
  const tools = [tool("page_clock", { saturday: "2031-05-03", sunday: "2031-05-04" }), tool("packing_list", "Pack: boots, scarf")];
  const { text } = await agent(provider, { generationInstructions: "Fill in the form.", tools }).run("Bergen");
  assert.deepEqual(JSON.parse(text).packing, ["boots", "scarf"]);
  assert.equal(JSON.parse(text).from, "2031-05-03");
});

test("it breaks once, and goes on", async () => {
  const context = new Context({ storage: "memory" });
  const broken = await agent("openai").run("Cut the line", { context }).catch((error) => error);
  assert.equal(broken.code, "network");
  const resumed = agent("openai").resume({ context });
  const { text } = await resumed.result;
  assert.ok(text.startsWith(broken.partialText) && text.length > broken.partialText.length);
});
