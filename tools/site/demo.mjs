// The demo's pages for a site without a server: with relative addresses, and a stand-in that answers in the page itself.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { root } from "../lib.mjs";

const LEFT_OUT = ["server", "server.mjs", "site"];

/** Writes the pages into `folder`; the package is in `pkg` beside it. */
export function makeDemo(folder) {
  const www = join(root, "www");
  cpSync(www, folder, { recursive: true, filter: (path) => !LEFT_OUT.includes(relative(www, path)) && !path.includes("__pycache__") });
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => /\.(html|js)$/.test(name))) {
    const up = "../".repeat(file.split(sep).length);
    const text = readFileSync(join(folder, file), "utf8");
    // An address in a page's import map is relative to the page, one in a module to the module.
    const moved = text.replaceAll('"/pkg/', `"${up}pkg/`);
    writeFileSync(join(folder, file), file.endsWith(".html") ? inSite(moved) : moved);
  }
}

/** The name leads to the site. */
const inSite = (html) => html.replace(/<p class="brand">([^]*?)<\/p>/, '<a class="brand" href="../index.html">$1</a>');
