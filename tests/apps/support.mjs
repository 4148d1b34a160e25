// Projects that use the packed package, as its users make them: in target/apps/, where what was installed once stays.
import { execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "@playwright/test";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const apps = join(root, "target/apps");

let unpacked;

/** The package as npm publishes it. */
function packed() {
  if (unpacked) return unpacked;
  const folder = mkdtempSync(join(tmpdir(), "refinire-web-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", join(root, "pkg"), "--json", "--loglevel=error"], { cwd: folder, encoding: "utf8" }));
  execFileSync("tar", ["-xzf", filename], { cwd: folder });
  return (unpacked = join(folder, "package"));
}

/** The folder of a project of these files, with the package and `dependencies` of exactly these versions. */
export function project(name, dependencies, files) {
  const folder = join(apps, name);
  const manifest = JSON.stringify({ name, private: true, type: "module", dependencies });
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, "package.json")) || readFileSync(join(folder, "package.json"), "utf8") !== manifest) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), manifest);
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], { cwd: folder });
    // What is half installed is installed anew.
    writeFileSync(join(folder, "package.json"), manifest);
  }
  for (const made of ["dist", "public", ".next", "app", "node_modules/.vite", ".vite", "made", "node_modules/refinire-web"]) rmSync(join(folder, made), { recursive: true, force: true });
  cpSync(packed(), join(folder, "node_modules/refinire-web"), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What a page does with the package, and where its outcome stands. */
export const MAIN = `
import init, { decodeResponse } from "refinire-web";
const show = (text) => { document.querySelector("output").textContent = text; };
init()
  .then(() => decodeResponse(new Response('data: {"choices":[{"delta":{"content":"Hello"}}]}\\n\\ndata: [DONE]\\n\\n'), { provider: "openai" }).result)
  .then(({ text }) => show(text), (error) => show(error.code + ": " + error.message));
`;
export const HTML = '<!doctype html><title>app</title><output></output><script type="module" src="main.js"></script>';

const run = promisify(execFile);

/** Runs one of the project's commands; gives `{ code, output }`. */
export async function command(folder, name, ...args) {
  const options = { cwd: folder, timeout: 300_000, maxBuffer: 1 << 28, env: { ...process.env, CI: "1", NODE_ENV: "", NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" } };
  try {
    const { stdout, stderr } = await run(join(folder, "node_modules/.bin", name), args, options);
    return { code: 0, output: stdout + stderr };
  } catch ({ code, killed, stdout, stderr }) {
    return { code: killed ? "timed out" : code, output: stdout + stderr };
  }
}

/** Starts one of the project's servers; `use` gets the address that it prints. */
export async function serving(folder, [name, ...args], use) {
  const child = spawn(join(folder, "node_modules/.bin", name), args, { cwd: folder, env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const address = await new Promise((resolve, reject) => {
      let said = "";
      child.stdout.on("data", (words) => {
        const found = (said += words).match(/http:\/\/\S+/);
        if (found) resolve(found[0]);
      });
      child.on("exit", () => reject(new Error(`${name} ended: ${said}`)));
    });
    return await use(address);
  } finally {
    child.kill();
  }
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

/** Serves a folder as a plain server does. */
export async function servingFiles(folder, use) {
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const path = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    if (!existsSync(path)) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" }).end(readFileSync(path));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

let browser;

export async function chrome() {
  browser ??= await chromium.launch({ executablePath: process.env.CHROME, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  return browser;
}

/** What the page there shows, once it shows something. */
export async function shown(address) {
  const page = await (await chrome()).newPage();
  try {
    await page.goto(address);
    const output = page.locator("output:not(:empty)");
    return await output.textContent({ timeout: 30_000 });
  } finally {
    await page.close();
  }
}

export const close = () => browser?.close();
