// Samples are files, also of the example apps; a page shows one in the fence after a comment that names it: <!-- samples/idb.js -->. The
// files are the originals.
// `node tools/site/samples.mjs` writes them into the pages.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../lib.mjs";

const pagesFolder = join(root, "www/site");

const INCLUDE = /^<!-- ((?:(?:www\/site\/)?samples|\.\.\/\.\.\/examples)\/\S+) -->\n```(\w+)\n([^]*?)^```$/gm;

/** The page with the files as they are. `from` is its folder. */
export function withSamples(markdown, from) {
  return markdown.replace(INCLUDE, (_, file, language) => `<!-- ${file} -->\n\`\`\`${language}\n${readFileSync(resolve(from, file), "utf8").trimEnd()}\n\`\`\``);
}

/** The files that a page shows. */
export const samplesOf = (markdown, from) => Array.from(markdown.matchAll(INCLUDE), ([, file]) => resolve(from, file));

/** The README and every page of the site, with their texts. */
export function markdownFiles() {
  const files = [join(root, "README.md"), ...readdirSync(pagesFolder).filter((file) => file.endsWith(".md")).map((file) => join(pagesFolder, file))];
  return files.map((file) => ({ file, markdown: readFileSync(file, "utf8") }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { file, markdown } of markdownFiles()) {
    const current = withSamples(markdown, dirname(file));
    if (current !== markdown) writeFileSync(file, current);
  }
}
