// Builds the site into target/site: the documentation, the API reference, and the demo's pages. It runs from any path of any server.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import groups from "../www/site/pages.mjs";
import { crate, die, root } from "./lib.mjs";
import { makeDemo } from "./site/demo.mjs";
import { render } from "./site/markdown.mjs";
import { makeReference } from "./site/reference.mjs";
import { withSamples } from "./site/samples.mjs";
import { page } from "./site/template.mjs";

const site = join(root, "target/site");
const { repository } = crate();

if (!existsSync(join(root, "pkg/refinire_web.js"))) die("the package is not built yet: run `make package` first");

rmSync(site, { recursive: true, force: true });
mkdirSync(site, { recursive: true });
await makeReference(join(site, "reference"), { Docs: "index.html", Demo: "demo/index.html", Guide: "demo/guide.html" });
await makeDemo(join(site, "demo"));
cpSync(join(root, "pkg"), join(site, "pkg"), { recursive: true });
for (const file of ["site.css", "site.js"]) cpSync(join(root, "www/site", file), join(site, file));
writeFileSync(join(site, ".nojekyll"), "");

/** Where what the package exports is described, by its name. */
const described = new Map();
for (const file of readdirSync(join(site, "reference"), { recursive: true })) {
  const [, name] = /\brefinire-web\.(\w+)\.html$/.exec(file) ?? [];
  if (name) described.set(name, file.replaceAll("\\", "/"));
}

/** Files of the repository that are pages of the site. */
const documents = new Map([
  ["README.md", "index.html"],
  ["CHANGELOG.md", "changelog.html"],
  ["CONTRIBUTING.md", "contributing.html"],
  ["SECURITY.md", "security.html"],
  ...groups.flatMap(({ pages }) => pages.map((name) => [`www/site/${name}.md`, `docs/${name}.html`])),
]);

/** Where a file of the repository is, seen from the site's top. */
function addressOf(target) {
  const [, path, hash = ""] = /^([^#]*)(#.*)?$/.exec(target);
  if (path === "src/web/types.d.ts" && hash) return `reference/${described.get(hash.slice(1)) ?? die(`nothing is called ${hash} in types.d.ts`)}`;
  if (path === "src/web/types.d.ts") return "reference/index.html";
  if (documents.has(path)) return documents.get(path) + hash;
  if (/^www\/(?!site\/|server)[^/]+\.html$|^www\/screenshots\//.test(path)) return path.replace("www/", "demo/") + hash;
  if (!existsSync(join(root, path))) die(`there is no ${path} to link to`);
  return `${repository}/blob/main/${path}${hash}`;
}

const rendered = Array.from(documents, ([file, address]) => {
  const above = "../".repeat(address.split("/").length - 1);
  const linkTo = (target) => addressOf(target).replace(/^(?!https:)/, above);
  const markdown = withSamples(readFileSync(join(root, file), "utf8"), dirname(join(root, file)));
  return { file, address, root: above, ...render(markdown, { file, linkTo }) };
});
const byFile = new Map(rendered.map((one) => [one.file, one]));
const contents = [
  ...groups.map(({ title, pages }) => ({ title, pages: pages.map((name) => byFile.get(`www/site/${name}.md`)) })),
  { title: "Project", pages: ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map((file) => byFile.get(file)) },
].filter(({ pages }) => pages.length > 0);
const order = contents.flatMap(({ pages }) => pages);

mkdirSync(join(site, "docs"));
for (const one of rendered) writeFileSync(join(site, one.address), page({ ...one, contents, next: order[order.indexOf(one) + 1] }));
console.log(`target/site has ${rendered.length} pages, the reference and the demo`);
