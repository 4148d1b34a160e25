// Builds the crate as anyone would, with wasm-pack and nothing else, and uses what comes of it.
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { crate, root, run } from "./lib.mjs";

const folder = join(crate().targetDirectory, "ordinary");
rmSync(folder, { recursive: true, force: true });
run("wasm-pack", ["--quiet", "--log-level=error", "build", "--mode=no-install", "--target=web", `--out-dir=${folder}`, root, "--", "--locked"]);

const built = await import(pathToFileURL(join(folder, "refinire_web.js")));
await built.default({ module_or_path: readFileSync(join(folder, "refinire_web_bg.wasm")) });
const types = join(folder, "refinire_web.d.ts");
for (const name of readFileSync(join(root, "src/web/types.d.ts"), "utf8").matchAll(/^export (?:declare )?(?:class|function|const) (\w+)/gm)) {
  assert.equal(typeof built[name[1]], "function", `${name[1]} is not exported`);
}

const body = 'data: {"choices":[{"delta":{"content":"Hello"}}]}\n\ndata: [DONE]\n\n';
const chunks = [];
for await (const chunk of built.decodeResponse(new Response(body), { provider: "openai" })) chunks.push(chunk);
assert.deepEqual(chunks, ["Hello"]);
assert.throws(() => new built.FunctionStep("say"), built.RefinireError);
assert.ok(new built.Flow([new built.FunctionStep("say", () => "said")]).show().includes("say"));

// A conversation: who listens to it, and a run that asks with it.
const context = new built.Context({ storage: "memory" });
assert.equal(await context.ready, context);
const told = [];
context.subscribe((changed) => told.push([changed === context, changed.messages.length]));
const agent = new built.RefinireAgent({
  name: "asked", generationInstructions: "", model: "gpt-4o-mini", baseUrl: "https://test.invalid/v1", fetch: async () => new Response(body),
});
assert.equal((await agent.run("Hi", { context })).text, "Hello");
assert.deepEqual(context.messages.map(({ content }) => content), ["Hi", "Hello"]);
assert.deepEqual(told.at(-1), [true, 2]);
await context.save();
context.free();

run("tsc", ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom,esnext.disposable", "--types", "", types]);
