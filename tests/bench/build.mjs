// Bundles what the page loads. Each peer is a bundle of its own: two peers that share a parser must not share its compiled code either,
// or how one uses it would change how fast it is for the other. The bundles also give the peers' sizes.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { ENTRY } from "../../tools/lib.mjs";

const PEERS = [
  { file: "floor", packages: [] },
  { file: "by-hand", packages: ["eventsource-parser"] },
  { file: "openai", packages: ["openai"] },
  { file: "ai-sdk", packages: ["ai", "@ai-sdk/openai-compatible"] },
  { file: "jsonriver", packages: ["jsonriver"] },
  { file: "deep-chat", packages: ["deep-chat"], folder: "chats" },
];
const at = (path) => new URL(path, import.meta.url);
const root = at("../../");

async function bundle(entry, options = {}) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry.pathname],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
    ...options,
  });
  return outputFiles[0].contents;
}

async function version(name) {
  const folder = name === "refinire-web" ? "pkg" : `node_modules/${name}`;
  return `${name} ${JSON.parse(await readFile(new URL(`${folder}/package.json`, root), "utf8")).version}`;
}

/** The modules by their paths, and the peers with versions and sizes. Without our own package only the others. */
export async function build(withOurs) {
  const modules = new Map();
  for (const name of ["measure", "single", "chats/page"]) modules.set(`/bench/${name}.js`, await bundle(at(`${name}.mjs`)));
  const peers = [];
  for (const { file, packages, folder = "peers" } of PEERS) {
    const contents = await bundle(at(`${folder}/${file}.mjs`));
    modules.set(`/bench/${folder}/${file}.js`, contents);
    if (packages.length === 0) continue;
    const versions = (await Promise.all(packages.map(version))).join(", ");
    peers.push({ name: file, versions, gzip: gzipSync(contents, { level: 9 }).length });
  }
  const ours = (folder, prefix) => bundle(at("peers/refinire.mjs"), { external: ["/pkg/*", "/before/*"], define: { PACKAGE: JSON.stringify(`/${folder}/refinire_web.js`), PREFIX: JSON.stringify(prefix) } });
  if (process.env.BEFORE) modules.set("/bench/peers/before.js", await ours("before", "before: "));
  if (withOurs) {
    modules.set("/bench/chats/refinire-chat.js", await bundle(at("chats/refinire-chat.mjs"), { external: ["/pkg/*"] }));
    modules.set("/bench/peers/refinire.js", await ours("pkg", ""));
    const parts = await Promise.all(ENTRY.map((file) => readFile(new URL(`pkg/${file}`, root))));
    const gzip = parts.reduce((sum, part) => sum + gzipSync(part, { level: 9 }).length, 0);
    peers.push({ name: "refinire", versions: await version("refinire-web"), gzip });
  }
  return { modules, peers };
}
