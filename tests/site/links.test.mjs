// The site, built: every link within it leads to a page, and every anchor to an element.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const site = join(root, "target/site");
const pages = new Map();

before(() => {
  execFileSync(process.execPath, ["tools/site.mjs"], { cwd: root, stdio: "inherit" });
  for (const file of readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html"))) {
    const html = readFileSync(join(site, file), "utf8").replace(/<!--[^]*?-->|<script\b[^>]*>[^]*?<\/script>/g, (part) => /<script\b[^>]*>/.exec(part)?.[0] ?? "");
    pages.set(join(site, file), { html, ids: new Set(Array.from(html.matchAll(/\bid="([^"]+)"/g), ([, id]) => id)) });
  }
});

const plain = (text) => decodeURIComponent(text.replaceAll("&amp;", "&"));

test("it has the documentation, the reference and the demo", () => {
  for (const name of ["index.html", "docs/keys.html", "reference/classes/refinire-web.Context.html", "demo/index.html", "demo/guide.html"]) {
    assert.ok(pages.has(join(site, name)), name);
  }
});

test("every link leads somewhere, and stays within the site or goes to another one", () => {
  const broken = [];
  for (const [file, { html }] of pages) {
    for (const [, address] of html.matchAll(/<(?:a|link|script|img)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
      if (/^(https?:|data:|mailto:)/.test(address)) continue;
      const [, path, , hash] = /^([^#?]*)(\?[^#]*)?(?:#(.*))?$/.exec(address);
      let target = path === "" ? file : join(dirname(file), plain(path));
      if (statSync(target, { throwIfNoEntry: false })?.isDirectory()) target = join(target, "index.html");
      const isThere = !path.startsWith("/") && target.startsWith(site) && statSync(target, { throwIfNoEntry: false });
      const isAnchored = !hash || !pages.has(target) || pages.get(target).ids.has(plain(hash));
      if (!isThere || !isAnchored) broken.push(`${relative(site, file)}: ${address}`);
    }
  }
  assert.deepEqual(broken, []);
});

test("every page has one title, one first heading and a language", () => {
  for (const [file, { html }] of pages) {
    if (relative(site, file).startsWith("reference")) continue;
    assert.match(html, /<html lang="en">/, file);
    assert.equal([...html.matchAll(/<title>[^<]+<\/title>/g)].length, 1, file);
    assert.equal([...html.matchAll(/<h1\b/g)].length, 1, file);
  }
});
