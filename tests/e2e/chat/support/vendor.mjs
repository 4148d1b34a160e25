// highlight.js and KaTeX, as a page would serve them.
import { buildSync } from "esbuild";

export const bundleOf = (name) => buildSync({
  stdin: { contents: `export { default } from "${name}";`, resolveDir: import.meta.dirname }, bundle: true, write: false, format: "esm", logLevel: "error",
}).outputFiles[0].text;

const packages = { "/hljs.js": "highlight.js/lib/common", "/katex.js": "katex" };

/** They are at /hljs.js and /katex.js of the page's origin. */
export async function serveVendor(page) {
  for (const [path, name] of Object.entries(packages)) {
    await page.route(`**${path}`, (route) => route.fulfill({ contentType: "text/javascript", body: bundleOf(name) }));
  }
}
