// The example apps, as who copies them has them: with the packed package, in development and built, in Chromium.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { after, test } from "node:test";
import { chrome, close, command, project, root, serving } from "./support.mjs";

after(close);

const EXAMPLES = ["react-vite", "next", "vue-vite", "svelte-vite"];

const filesIn = (folder) => readdirSync(folder, { recursive: true }).map((path) => join(folder, path)).filter((path) => statSync(path).isFile());

/** The folder of an example, installed. */
function installed(name) {
  const folder = join(root, "examples", name);
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { "refinire-web": own, ...others } = { ...dependencies, ...devDependencies };
  assert.ok(own, "it uses the package");
  const files = filesIn(folder).map((path) => [relative(folder, path), readFileSync(path, "utf8")]).filter(([path]) => path !== "package.json");
  return project(`example-${name}`, others, Object.fromEntries(files));
}

/** A page of the app, and what went wrong in it. */
async function opened(address) {
  const page = await (await chrome()).newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  await page.goto(address);
  return {
    page,
    problems,
    button: (name) => page.getByRole("button", { name, exact: true }),
    turns: () => page.locator("li").allTextContents(),
    // What is there before the scripts are loses what is typed into it.
    async ask(question) {
      await page.waitForLoadState("networkidle");
      await page.getByLabel("Question").fill(question);
      await page.getByRole("button", { name: "Ask", exact: true }).click();
    },
  };
}

/** Asks, stops, reloads, continues, clears. */
async function used(address) {
  const { page, problems, button, turns, ask } = await opened(address);
  try {
    await ask("Hi");
    await page.locator("li.assistant", { hasText: "I am a script in this page" }).waitFor();
    await button("Ask").waitFor();
    await ask("Count to 300");
    const counted = page.locator("li.assistant", { hasText: /^1 2 3/ });
    await counted.waitFor();
    await button("Stop").click();
    await button("Continue").waitFor();
    const stopped = await turns();
    const [first, , second, last] = stopped;
    assert.deepEqual([first, second], ["Hi", "Count to 300"]);
    const count = last.split(" ").length;
    assert.ok(count < 300, last);
    await page.reload();
    await counted.waitFor();
    assert.deepEqual(await turns(), stopped);
    await button("Continue").click();
    await page.locator("li.assistant", { hasText: `${last} ${count + 1}` }).waitFor();
    assert.equal((await turns()).length, 4);
    await button("Clear").click();
    await page.locator("li").first().waitFor({ state: "detached" });
    await ask("Again");
    await page.locator("li.assistant", { hasText: "Again" }).waitFor();
    assert.equal((await turns()).length, 2);
    assert.deepEqual(problems, []);
  } finally {
    await page.close();
  }
}

for (const name of EXAMPLES) {
  const isNext = name === "next";
  const [tool, ...preview] = isNext ? ["next", "start", "--port", "0", "--hostname", "127.0.0.1"] : ["vite", "preview", "--port", "0", "--host", "127.0.0.1"];
  const develop = isNext ? ["next", "dev", "--port", "0", "--hostname", "127.0.0.1"] : ["vite", "--port", "0", "--host", "127.0.0.1"];

  test(`${name}: built`, async () => {
    const folder = installed(name);
    const { code, output } = await command(folder, tool, "build");
    assert.equal(code, 0, output);
    await serving(folder, [tool, ...preview], used);
  });

  test(`${name}: in development`, () => serving(installed(name), develop, used));
}
