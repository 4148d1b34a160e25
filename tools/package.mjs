// Builds the npm package into pkg/: the module by wasm-pack and wasm-opt, the scripts by esbuild.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bundleChat, chatInputs } from "./chat.mjs";
import { crate, die, ENTRY, root, run } from "./lib.mjs";
import { bundleEntries, npmInputs } from "./npm.mjs";

const [SCRIPT, WASM] = ENTRY;
const { version, description, license, repository, keywords, targetDirectory } = crate();
const packed = join(targetDirectory, "pack");
const pkg = join(root, "pkg");
const stampFile = join(targetDirectory, "package.stamp");

// A panic names the file and line where it happened: no path of this machine belongs into the package.
const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
const env = { CARGO_ENCODED_RUSTFLAGS: [`--remap-path-prefix=${cargoHome}=/cargo`, `--remap-path-prefix=${root}=/refinire-web`].join("\x1f") };
run("cargo", ["build", "--locked", "--quiet", "--package=refinire-module", "--release", "--target=wasm32-unknown-unknown"], { env });

const documents = ["README.md", "CHANGELOG.md", ...readdirSync(root).filter((file) => file.startsWith("LICENSE"))].map((file) => join(root, file));
const types = ["init.d.ts", "types.d.ts"].map((file) => join(root, "src/web", file));
const stamp = hash([
  join(targetDirectory, "wasm32-unknown-unknown/release/refinire_module.wasm"),
  ...["Cargo.toml", "Cargo.lock", "package-lock.json", "pkg.json", "src/web/inline.d.ts", "src/web/inline.classic.d.ts", "src/web/js", "tools/package.mjs"].map((file) => join(root, file)),
  ...types,
  ...chatInputs,
  ...npmInputs,
  ...documents,
]);
if (existsSync(pkg) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) {
  console.log("pkg/ is up to date");
  process.exit();
}

rmSync(packed, { recursive: true, force: true });
run("wasm-pack", [
  ...["--quiet", "--log-level=error", "build", "src/module", "--mode=no-install", "--release", "--target=web", "--no-typescript"],
  ...[`--out-dir=${packed}`, "--out-name=refinire_web", "--", "--locked"],
], { env });

// Made beside its place and renamed, so that a server never sees half a package.
const part = join(root, `pkg.part.${process.pid}`);
process.on("exit", () => rmSync(part, { recursive: true, force: true }));
mkdirSync(part);

// What rustc emits for wasm32 by default.
const features = ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];
run("wasm-opt", ["-Oz", ...features.map((feature) => `--enable-${feature}`), join(packed, WASM), "-o", join(part, WASM)]);

await bundle("index.js", SCRIPT, "init/beside.js");
await bundle("index.js", "inline.js", "init/embedded.js");
await bundle("inline.classic.js", "inline.classic.js", "init/embedded.js", {
  format: "iife",
  footer: { js: 'if (typeof module === "object" && module.exports) module.exports = globalThis.RefinireWeb;' },
});

/** Bundles an entry of src/web/js; `provided` is the file there that provides the module. */
async function bundle(entry, file, provided, options = {}) {
  const at = (path) => join(root, "src/web/js", path);
  /** `#glue` is what wasm-bindgen made. It imports copies of our own modules: they are resolved to the modules themselves, so that there is one of each. */
  const setup = ({ onLoad, onResolve }) => {
    onResolve({ filter: /^#glue$/ }, () => ({ path: join(packed, SCRIPT) }));
    onResolve({ filter: /\/snippets\/[^/]+\/src\/web\/js\// }, ({ path }) => ({ path: join(root, path.replace(/^.*\/snippets\/[^/]+\//, "")) }));
    onResolve({ filter: /^#provided$/ }, () => ({ path: at(provided) }));
    onResolve({ filter: /^#packed$/ }, () => ({ path: join(part, WASM), namespace: "packed" }));
    onLoad({ filter: /./, namespace: "packed" }, ({ path }) => ({ contents: gzipSync(readFileSync(path), { level: 9 }).toString("base64"), loader: "text" }));
  };
  const plugins = [{ name: "package", setup }];
  const shared = { bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none", logLevel: "warning", plugins };
  await build({ entryPoints: [at(entry)], outfile: join(part, file), ...shared, ...options }).catch(() => die(`esbuild could not bundle src/web/js/${entry}`));
}

if (!readFileSync(join(part, SCRIPT), "utf8").includes(`new URL("${WASM}",import.meta.url)`)) {
  die(`the script does not name the module in the form that bundlers look for: new URL("${WASM}", import.meta.url)`);
}

await bundleChat(part).catch(() => die("esbuild could not bundle www/chat"));
await bundleEntries(part).catch(() => die("esbuild could not bundle src/npm"));
writeFileSync(join(part, "refinire_web.d.ts"), types.map((file) => readFileSync(file, "utf8")).join("\n"));
for (const file of ["inline.d.ts", "inline.classic.d.ts"]) copyFileSync(join(root, "src/web", file), join(part, file));
for (const file of documents) copyFileSync(file, join(part, basename(file)));

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
const manifest = {
  ...readJson(join(packed, "package.json")),
  name: "refinire-web",
  version,
  description,
  license,
  repository: { type: "git", url: `git+${repository}.git` },
  keywords,
  files: readdirSync(part).sort(),
  ...readJson(join(root, "pkg.json")),
};
writeFileSync(join(part, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

rmSync(stampFile, { force: true });
rmSync(pkg, { recursive: true, force: true });
renameSync(part, pkg);
writeFileSync(stampFile, stamp);
console.log(`pkg/ holds refinire-web ${version}: ${manifest.files.join(" ")}`);

function hash(paths) {
  const sum = createHash("sha256");
  const add = (path) => {
    if (statSync(path).isDirectory()) for (const entry of readdirSync(path).sort()) add(join(path, entry));
    else sum.update(path).update("\0").update(readFileSync(path)).update("\0");
  };
  paths.forEach(add);
  return sum.digest("hex");
}
