// The bindings in the life of a component: mounted twice by a strict React, given another conversation, unmounted.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { chrome, close, project, root, serving } from "./support.mjs";

after(close);

const read = (name) => readFileSync(join(root, "tests/apps/bindings", name), "utf8");
const page = (script) => `<!doctype html><link rel="icon" href="data:,"><div id="app"></div><script type="module" src="src/${script}"></script>`;

/** Serves the app in development and gives its address to `use`. */
function developed(name, dependencies, script, plugin, use) {
  const config = `import { ${plugin.endsWith("svelte") ? "svelte" : "default"} as plugin } from "${plugin}"; export default { plugins: [plugin()] };`;
  const names = readdirSync(join(root, "tests/apps/bindings")).filter((file) => file === script || /^server|\.svelte$/.test(file));
  const files = Object.fromEntries(names.map((file) => [`src/${file}`, read(file)]));
  const folder = project(name, dependencies, { "index.html": page(script), "vite.config.js": config, ...files });
  return serving(folder, ["vite", "--port", "0", "--host", "127.0.0.1"], use);
}

/** A page of it in which an answer is being written. */
async function asking(address, use) {
  const page = await (await chrome()).newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  try {
    await page.goto(address);
    const shown = (text) => page.locator("output").filter({ hasText: text }).waitFor();
    await shown(/^Count,One$/);
    await page.locator("output[title=streaming]").waitFor();
    await use({ page, shown, click: (name) => page.getByRole("button", { name, exact: true }).click() });
    assert.deepEqual(await page.evaluate(() => Promise.all(server.requests.map(({ ended }) => ended))), ["aborted"]);
    assert.deepEqual(problems, []);
  } finally {
    await page.close();
  }
}

async function lived(address) {
  await asking(address, ({ click }) => click("none"));
  await asking(address, async ({ page, shown, click }) => {
    await click("b");
    await page.locator("output[title=ready]:empty").waitFor({ state: "attached" });
    await click("a");
    await shown(/^Count,One$/);
    await page.locator("output[title=ready]").waitFor();
  });
}

test("React", () => developed("bindings-react", { vite: "8.4.0", "@vitejs/plugin-react": "6.3.0", react: "19.3.1", "react-dom": "19.3.1" }, "react.jsx", "@vitejs/plugin-react", lived));

test("React 18", () => developed("bindings-react-18", { vite: "7.3.8", "@vitejs/plugin-react": "5.2.0", react: "18.3.1", "react-dom": "18.3.1" }, "react.jsx", "@vitejs/plugin-react", lived));

test("Vue", () => developed("bindings-vue", { vite: "8.4.0", "@vitejs/plugin-vue": "6.0.11", vue: "3.5.45" }, "vue.js", "@vitejs/plugin-vue", lived));

test("Svelte 5", () => developed("bindings-svelte", { vite: "8.4.0", "@sveltejs/vite-plugin-svelte": "7.3.1", svelte: "5.57.3" }, "svelte.js", "@sveltejs/vite-plugin-svelte", lived));

test("Svelte 4", () => developed("bindings-svelte-4", { vite: "5.4.21", "@sveltejs/vite-plugin-svelte": "3.1.2", svelte: "4.2.20" }, "svelte.js", "@sveltejs/vite-plugin-svelte", lived));
