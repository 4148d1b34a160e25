// Bundles <refinire-chat> for the package: chat.js, which defines it, chat/element.js, the class, the parts that it loads on demand, and
// beside it the modules for a page's own packages. All but the last share the package's own entry, so that there is one module of each.
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, transform } from "esbuild";
import { root } from "./lib.mjs";

const sources = join(root, "www/chat");

/** What the chat is made of, for whoever asks whether it has changed. */
export const chatInputs = [sources, join(root, "tools/chat.mjs"), join(root, "package-lock.json")];

/** Writes them, and their types, into the folder of the package. */
export async function bundleChat(folder) {
  await bundle("element.js", { outdir: join(folder, "chat"), splitting: true, chunkNames: "[name]-[hash]" }, { "refinire-web": "../refinire_web.js" });
  await bundle("define.js", { outfile: join(folder, "chat.js") }, { "./element.js": "./chat/element.js" });
  copyFileSync(join(sources, "types.d.ts"), join(folder, "chat.d.ts"));
  copyFileSync(join(sources, "page.css"), join(folder, "chat.css"));
  for (const name of ["highlight", "math"]) {
    await bundle(`modules/${name}.js`, { outfile: join(folder, `chat/${name}.js`) }, {});
    copyFileSync(join(sources, `modules/${name}.d.ts`), join(folder, `chat/${name}.d.ts`));
  }
}

/** `beside` says which imports stay imports, and of what. */
function bundle(entry, output, beside) {
  return build({
    entryPoints: [join(sources, entry)],
    ...output,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    plugins: [{ name: "beside", setup: (plugin) => setUp(plugin, beside) }],
  });
}

function setUp({ onLoad, onResolve }, beside) {
  onResolve({ filter: /^(refinire-web|\.\/element\.js)$/ }, ({ path, kind }) =>
    kind !== "entry-point" && path in beside ? { path: beside[path], external: true } : undefined);
  // A style sheet is text here.
  onLoad({ filter: /\.css$/ }, async ({ path }) => {
    const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
    return { contents: code.trim(), loader: "text" };
  });
}
