// Builds the npm package into pkg/: wasm-pack's wasm, and JavaScript made of the facade, the glue and the snippets; of each what
// the entry loads, and what is loaded when it is first asked for; and the chat element beside it.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bundle } from "./bundle.mjs";
import { bundleChat, chatInputs } from "./chat.mjs";
import { crate, die, root, run } from "./lib.mjs";
import { shorten } from "./names.mjs";
import { shrink } from "./shrink.mjs";

const name = "refinire_web";
const { version, description, license, repository, keywords, targetDirectory } = crate();
const packed = join(targetDirectory, "pack");
const pkg = join(root, "pkg");
const stampFile = join(targetDirectory, "package.stamp");

const map = join(targetDirectory, "package.map");
// Panics neither say where they happened, which would put file names of this machine into the module, nor what was wrong:
// nobody could read it. Both options are unstable, but the stable compiler takes them when it is told to, and its own
// library is built that way. No loop is unrolled: measured, what reads the stream is as fast without.
const flags = ["-Zlocation-detail=none", "-Zfmt-debug=none", "-Cllvm-args=-unroll-threshold=0", `-Clink-arg=-Map=${map}`];
const env = { RUSTC_BOOTSTRAP: "1", CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f") };
run("cargo", ["build", "--locked", "--quiet", "--package=refinire-module", "--release", "--target=wasm32-unknown-unknown"], { env });

const documents = ["README.md", "CHANGELOG.md", ...readdirSync(root).filter((file) => file.startsWith("LICENSE"))]
  .map((file) => join(root, file))
  .filter(existsSync);
const types = join(root, "src/web/types.d.ts");
const inputs = [
  join(targetDirectory, "wasm32-unknown-unknown/release/refinire_module.wasm"),
  ...["Cargo.toml", "Cargo.lock", "package-lock.json", "pkg.json", "src/web/js", "src/web/types.d.ts", ...["package", "bundle", "constants", "functions", "glue", "names", "order", "shrink", "split", "wasm"].map((tool) => `tools/${tool}.mjs`)].map((file) => join(root, file)),
  ...chatInputs,
  ...documents,
];
const stamp = hash(inputs);
if (existsSync(pkg) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) {
  console.log("pkg/ is up to date");
  process.exit();
}

rmSync(packed, { recursive: true, force: true });
run("wasm-pack", [
  ...["--quiet", "--log-level=error", "build", "src/module", "--mode=no-install", "--release", "--target=web", "--no-typescript"],
  ...[`--out-dir=${packed}`, `--out-name=${name}`, "--", "--locked"],
], { env });

// Made beside its place and renamed, so that a server never sees half a package.
const part = join(root, `pkg.part.${process.pid}`);
process.on("exit", () => rmSync(part, { recursive: true, force: true }));
mkdirSync(part);

const wasm = join(part, `${name}_bg.wasm`);
const more = join(part, `${name}_more_bg.wasm`);
const glue = join(packed, `${name}.short.js`);
shrink(join(packed, `${name}_bg.wasm`), wasm, more, map);
shorten(wasm, more, join(packed, `${name}.js`), glue);

await bundle(join(root, "src/web/js/index.js"), join(part, `${name}.js`), { name: "glue", setup: resolveGlue });

/** `#glue` is what wasm-bindgen made; its copies of our own modules are the modules themselves, so that there is one of each. */
function resolveGlue({ onResolve }) {
  onResolve({ filter: /^#glue$/ }, () => ({ path: glue }));
  onResolve({ filter: /\/snippets\/[^/]+\/src\/web\/js\// }, ({ path }) => ({ path: join(root, path.replace(/^.*\/snippets\/[^/]+\//, "")) }));
}

await bundleChat(part).catch(() => die("esbuild could not bundle www/chat"));

const script = readFileSync(join(part, `${name}.js`), "utf8");
for (const file of [wasm, more].map((file) => basename(file))) {
  if (!new RegExp(`new URL\\((["'\`])${file}\\1, ?import\\.meta\\.url\\)`).test(script)) {
    die(`the bundle does not name its wasm file in the form that bundlers look for: new URL("${file}", import.meta.url)`);
  }
}

if (existsSync(types)) copyFileSync(types, join(part, `${name}.d.ts`));
else console.error("warning: src/web/types.d.ts is missing, so the package has no types; make check and make test fail");
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
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) for (const entry of readdirSync(path).sort()) add(join(path, entry));
    else sum.update(path).update("\0").update(readFileSync(path)).update("\0");
  };
  paths.forEach(add);
  return sum.digest("hex");
}
