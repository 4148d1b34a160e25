// The demo's pages for a site without a server: with relative addresses, and a stand-in that answers in the page itself.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { build } from "esbuild";
import { die, root } from "../lib.mjs";

const www = join(root, "www");
const LEFT_OUT = ["server", "server.mjs", "site"];

/** Writes the pages into `folder`; the package is in `pkg` beside it. */
export async function makeDemo(folder) {
  cpSync(www, folder, { recursive: true, filter: (path) => !LEFT_OUT.includes(relative(www, path)) && !path.includes("__pycache__") });
  await makeStandIn(join(folder, "stand-in.js"));
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => /\.(html|js)$/.test(name))) {
    const up = "../".repeat(file.split(sep).length);
    const text = readFileSync(join(folder, file), "utf8");
    // An address in a page's import map is relative to the page, one in a module to the module.
    const moved = text.replaceAll('"/pkg/', `"${up}pkg/`);
    writeFileSync(join(folder, file), file.endsWith(".html") ? inSite(moved) : moved);
  }
}

/** The name leads to the site, and the stand-in is there before the page's own script. */
const inSite = (html) => html
  .replace(/<p class="brand">([^]*?)<\/p>/, '<a class="brand" href="../index.html">$1</a>')
  .replace('<script type="module"', '<script type="module" src="stand-in.js"></script>\n  $&');

function makeStandIn(outfile) {
  return build({ entryPoints: [join(www, "site/stand-in/index.js")], outfile, bundle: true, minify: true, format: "esm", target: "es2022", logLevel: "warning", plugins: [answersInside()] })
    .catch(() => die(`esbuild could not bundle ${basename(outfile)}`));
}

/** The server reads its answers from files; a page has no files, so they are put into the script. */
export function answersInside() {
  const answers = join(www, "server/answers");
  const texts = Object.fromEntries(readdirSync(answers).map((name) => [name, readFileSync(join(answers, name), "utf8")]));
  const contents = `const texts = ${JSON.stringify(texts)};\nexport const readFileSync = ({ pathname }) => texts[pathname.split("/").at(-1)];`;
  return {
    name: "answers",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^node:fs$/ }, () => ({ path: "answers", namespace: "answers" }));
      onLoad({ filter: /./, namespace: "answers" }, () => ({ contents }));
    },
  };
}
