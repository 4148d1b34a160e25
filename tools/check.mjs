// All that can be said about the code without running it. Goes on after a failure, so that one run tells everything.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib.mjs";

const wasm = "--target=wasm32-unknown-unknown";
const docs = { RUSTDOCFLAGS: "-D warnings" };
const clippy = ["cargo", "clippy", "--workspace", "--locked", "--quiet", "--all-targets"];

// Cargo takes a crate of a version that it has built before for the same crate, also where its files have changed since.
const published = join(root, "target/published");
rmSync(published, { recursive: true, force: true });

const checks = [
  ["formatting", ["cargo", "fmt", "--all", "--check"]],
  ["lints, native", [...clippy, "--", "-D", "warnings"]],
  ["lints, wasm32", [...clippy, wasm, "--", "-D", "warnings"]],
  ["docs, native", ["cargo", "doc", "--workspace", "--locked", "--quiet", "--no-deps"], docs],
  ["docs, wasm32", ["cargo", "doc", "--workspace", "--locked", "--quiet", "--no-deps", wasm], docs],
  ["crates as published", ["cargo", "package", "--workspace", "--locked", "--quiet", "--allow-dirty"], { CARGO_TARGET_DIR: published }],
  ["wasm-pack build", [process.execPath, "tools/ordinary.mjs"]],
  ["wasm-pack test", [process.execPath, "tools/test.mjs", "browser"]],
  // What it does in a page is tested in the suite `apps`.
  ["the example in Rust", ["cargo", "check", "--manifest-path=examples/yew-chat/Cargo.toml", "--locked", "--quiet", wasm], { CARGO_TARGET_DIR: join(root, "target/examples") }],
  ["types", ["tsc", "--project", "tests/types"]],
  ["Cargo.lock", ["cargo", "metadata", "--locked", "--quiet", "--format-version=1"]],
  ["package-lock.json", ["npm", "ci", "--dry-run", "--ignore-scripts", "--loglevel=error"]],
  ["size", [process.execPath, "tools/size.mjs"]],
];

const failed = [];
for (const [name, [command, ...args], env] of checks) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  const ok = status === 0;
  console.log(`${ok ? "ok    " : "FAILED"} ${name}`);
  if (!ok) failed.push(name);
  if (!ok || name === "size") console.log([error?.message, stdout, stderr].filter(Boolean).join("\n").trimEnd());
}
if (failed.length > 0) {
  console.error(`error: make check failed: ${failed.join("; ")}`);
  process.exit(1);
}
