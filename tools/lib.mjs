// What the tools share.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The top of the repository, without a slash at the end. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** The files that the entry of the package consists of: the script, and the module that it loads. */
export const ENTRY = ["refinire_web.js", "refinire_web_bg.wasm"];

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
