// Starts the example servers of www/relay/, with the packages that they ask for in an environment beside the other tools.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("../../../www/relay/", import.meta.url));
const requirements = join(folder, "requirements.txt");
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "refinire-web");

/** `{ python }`, which has the packages, installed where they are missing; or `{ missing }`: what there is not, so that there can be none. */
export async function pythonWithPackages() {
  const version = await exec("python3", ["-c", "import sys, venv, ensurepip; print(*sys.version_info[:3], sys.prefix)"]).catch((error) => error);
  if (version instanceof Error) return { missing: version.code === "ENOENT" ? "there is no python3" : `python3 has no venv: ${version.stderr.trim()}` };
  const mark = createHash("sha256").update(version.stdout).update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const place = join(cache, `relays-${mark}`);
  const pythonIn = (place) => join(place, "bin", "python");
  if (existsSync(pythonIn(place))) return { python: pythonIn(place) };
  console.log("installing the packages of www/relay/requirements.txt, once: the example relays are tested with them");
  mkdirSync(cache, { recursive: true });
  // Made beside its place and renamed, so that half of it is never taken for the whole; another process may be as far.
  const part = mkdtempSync(`${place}.part.`);
  try {
    await exec("python3", ["-m", "venv", part]);
    await exec(pythonIn(part), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements]);
    renameSync(part, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return { python: pythonIn(place) };
}

/** One of the example servers. */
export class Relay {
  #child;
  #said = "";
  #changed = () => {};

  constructor(python, script, port) {
    const env = { ...process.env, PORT: String(port), PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" };
    this.#child = spawn(python, [join(folder, script)], { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      output.setEncoding("utf8").on("data", (text) => {
        this.#said += text;
        this.#changed();
      });
    }
    this.#child.on("close", () => this.#changed());
  }

  /** How often it has said so. */
  times(words) {
    return this.#said.split(words).length - 1;
  }

  /** Resolves when it has said so. */
  async until(words) {
    while (this.times(words) === 0) {
      if (this.#child.exitCode !== null) throw new Error(`the server ended without saying "${words}":\n${this.#said}`);
      await new Promise((resolve) => (this.#changed = resolve));
    }
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.on("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
  }
}
