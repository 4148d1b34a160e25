// A page in Rust, examples/yew-chat: compiled with the crate, and used in Chromium.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { proxyTo } from "../../www/server/proxy.mjs";
import { startModel } from "../../www/server/model.mjs";
import { serveStatic } from "../../www/server/static.mjs";
import { chrome, close, root } from "./support.mjs";

const folder = join(root, "examples/yew-chat");
const target = join(root, "target/examples");
const site = join(root, "target/apps/yew-chat");

let server, model, proxy, address;
// Answers instead of the model, if it is set.
let answer;

before(async () => {
  execFileSync("cargo", ["build", "--release", "--quiet", "--target=wasm32-unknown-unknown"], { cwd: folder, env: { ...process.env, CARGO_TARGET_DIR: target }, stdio: ["ignore", "ignore", "inherit"] });
  mkdirSync(site, { recursive: true });
  execFileSync("wasm-bindgen", ["--target=web", `--out-dir=${join(site, "dist")}`, join(target, "wasm32-unknown-unknown/release/yew-chat.wasm")]);
  for (const file of ["index.html", "main.js"]) cpSync(join(folder, file), join(site, file));
  model = await startModel("fast");
  proxy = proxyTo(model.url);
  const files = serveStatic([{ at: "/", folder: site }]);
  server = createServer((request, response) => {
    if (!request.url.startsWith("/api/")) files(request, response);
    else (answer ?? proxy)(request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${server.address().port}/`;
});

after(async () => {
  await close();
  server?.close();
  server?.closeAllConnections();
  await model?.stop();
});

/** A page with a conversation of its own. */
async function opened() {
  const page = await (await chrome()).newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(address);
  const ask = async (question) => {
    await page.getByLabel("Question").fill(question);
    await page.getByRole("button", { name: "Ask" }).click();
  };
  const turns = () => page.locator("li").allTextContents();
  return { page, ask, turns, problems };
}

test("an answer grows, and is a turn of the conversation in the end", async () => {
  const { page, ask, turns, problems } = await opened();
  await page.evaluate(() => {
    globalThis.seen = [];
    const watch = () => {
      const shown = document.querySelector("output")?.textContent;
      if (shown && shown !== seen.at(-1)) seen.push(shown);
    };
    new MutationObserver(watch).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await ask("Explain quantum computing");
  await page.locator("li.assistant").waitFor();
  const [question, last] = await turns();
  assert.equal(question, "Explain quantum computing");
  const seen = await page.evaluate(() => seen);
  assert.ok(seen.length > 1 && seen.every((shown) => last.startsWith(shown)), `${seen.length} times`);
  assert.deepEqual(problems, []);
  await page.context().close();
});

test("a stop closes the connection, and keeps what was shown, also for a reload", async () => {
  let closed;
  answer = (_, response) => {
    closed = once(response, "close");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"choices":[{"delta":{"content":"One, two"}}]}\n\n');
  };
  const { page, ask, turns, problems } = await opened();
  try {
    await ask("Count");
    await page.locator("output", { hasText: "One, two" }).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await closed;
    await page.locator("li.assistant").waitFor();
    assert.deepEqual(await turns(), ["Count", "One, two …"]);
    await page.reload();
    await page.locator("li.assistant").waitFor();
    assert.deepEqual(await turns(), ["Count", "One, two …"]);
    assert.deepEqual(problems, []);
  } finally {
    answer = undefined;
    await page.context().close();
  }
});

test("a failure is shown", async () => {
  answer = (_, response) => response.writeHead(401, { "content-type": "application/json" }).end('{"error":{"message":"who are you"}}');
  const { page, ask } = await opened();
  try {
    await ask("Hi");
    await page.getByRole("alert").filter({ hasText: "who are you" }).waitFor();
  } finally {
    answer = undefined;
    await page.context().close();
  }
});
