// What the tools share.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the repository, without a slash at the end. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Prints one line and ends with exit code 1. */
export function die(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

/** Runs a command at the top of the repository; its output is shown, or returned with `capture`. A failure ends the tool. */
export function run(command, args, { capture = false, env = {} } = {}) {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", capture ? "pipe" : "inherit", "inherit"],
    maxBuffer: 1 << 30,
    encoding: "utf8",
  });
  if (error) die(`${command}: ${error.message}`);
  if (status !== 0) die(`${[command, ...args].join(" ")} failed`);
  return stdout;
}

/** This crate, as cargo describes it. */
export function crate() {
  const metadata = JSON.parse(run("cargo", ["metadata", "--locked", "--no-deps", "--format-version=1"], { capture: true }));
  const found = metadata.packages.find(({ name }) => name === "refinire-web");
  return { ...found, targetDirectory: metadata.target_directory };
}

/** The files of the package in `pkg` that its entry loads: the scripts it imports before it runs, itself included, and the module. */
export function entryFiles(pkg = join(root, "pkg")) {
  const files = new Set(["refinire_web.js"]);
  for (const file of files) {
    const imports = readFileSync(join(pkg, file), "utf8").matchAll(/\b(?:from|import)\s*["']\.\/([\w.]+)["']/g);
    for (const [, name] of imports) files.add(name);
  }
  return [...files, "refinire_web_bg.wasm"];
}
