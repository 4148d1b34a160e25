// Makes one file of a module and all it imports, and others beside it of what it imports with `import()`.
import { basename, dirname } from "node:path";
import { build } from "esbuild";
import { die } from "./lib.mjs";

/**
 * Bundles the module in the file `from` into the file `to`. What it loads with `import("./more.js")` becomes `…_more.js`
 * beside it, and what both need `…_chunk.js`, which both load.
 */
export async function bundle(from, to, ...plugins) {
  const name = basename(to, ".js");
  await build({
    entryPoints: { [name]: from },
    outdir: dirname(to),
    // Names that stay the same from version to version, so that whoever lists the files need not look them up.
    chunkNames: `${name}_[name]`,
    splitting: true,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    plugins,
  }).catch(() => die(`esbuild could not bundle ${from}`));
}
