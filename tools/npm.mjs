// The entries of the package that are JavaScript alone, src/npm/*: each becomes one script and its types. They share the package's own
// entry, so that there is one module; what they are made for, a framework, stays an import.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./lib.mjs";

const sources = join(root, "src/npm");

/** What they are made of, for whoever asks whether it has changed. */
export const npmInputs = [sources, join(root, "tools/npm.mjs")];

/** Their names: `refinire-web/<name>`. A folder without an index.js is shared by several. */
export const entries = readdirSync(sources).filter((name) => existsSync(join(sources, name, "index.js"))).sort();

/** Writes them into the folder of the package. */
export async function bundleEntries(folder) {
  const peers = Object.keys(JSON.parse(readFileSync(join(root, "pkg.json"), "utf8")).peerDependencies ?? {});
  for (const name of entries) {
    await build({
      entryPoints: [join(sources, name, "index.js")],
      outfile: join(folder, `${name}.js`),
      bundle: true,
      format: "esm",
      target: "es2022",
      logLevel: "warning",
      external: peers.flatMap((peer) => [peer, `${peer}/*`]),
      plugins: [{ name: "beside", setup: ({ onResolve }) => onResolve({ filter: /^refinire-web$/ }, () => ({ path: "./refinire_web.js", external: true })) }],
    });
  }
  for (const name of readdirSync(sources)) {
    const types = join(sources, name, "index.d.ts");
    // They lie side by side there.
    if (existsSync(types)) writeFileSync(join(folder, `${name}.d.ts`), readFileSync(types, "utf8").replace(/"\.\.\/([\w-]+)\/index\.js"/g, '"./$1.js"'));
  }
}
