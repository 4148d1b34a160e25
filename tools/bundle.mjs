// Makes one file of a module and all it imports, and others beside it of what it imports with `import()`.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { build } from "esbuild";
import { minify } from "terser";
import { die } from "./lib.mjs";

/**
 * Bundles the module in the file `from` into the file `to`. What it loads with `import("./more.js")` becomes `…_more.js`
 * beside it, and what both need `…_chunk.js`, which both load.
 */
export async function bundle(from, to, ...plugins) {
  const name = basename(to, ".js");
  const { metafile } = await build({
    metafile: true,
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
  for (const file of Object.keys(metafile.outputs)) writeFileSync(file, await smaller(readFileSync(file, "utf8")));
}

/** Finds what esbuild's own minifier leaves, but for the names of private members. Statements compress better than sequences. */
async function smaller(script) {
  const compress = { passes: 3, sequences: false, unsafe_arrows: true, unsafe_methods: true };
  const { code } = await minify(script, { module: true, ecma: 2022, compress });
  return code;
}
