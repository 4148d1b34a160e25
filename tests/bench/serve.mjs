// The page's own server: the bundles from memory, our package from pkg/, an earlier one from the folder that BEFORE names, one origin.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { provide } from "./provider.mjs";
import { EVENTS } from "./talks.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
const FOLDERS = { pkg: fileURLToPath(new URL("../../pkg", import.meta.url)), before: process.env.BEFORE };
const PAGE = "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>bench</title>";

async function contents(path, modules) {
  if (path === "/") return PAGE;
  if (modules.has(path)) return modules.get(path);
  const [, name, rest] = /^\/(pkg|before)\/(.+)$/.exec(path) ?? [];
  if (!FOLDERS[name]) return undefined;
  const folder = resolve(FOLDERS[name]);
  const file = resolve(folder, rest);
  if (!file.startsWith(folder + sep)) return undefined;
  return readFile(file).catch(() => undefined);
}

/** Listens on a free port of this machine only. */
export async function serve(modules) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://bench");
    if (request.method === "POST") return provide(response, Number(/^\/events\/(\d+)$/.exec(pathname)?.[1] ?? EVENTS));
    const found = await contents(pathname, modules);
    response.writeHead(found === undefined ? 404 : 200, {
      "content-type": TYPES[extname(pathname) || ".html"] ?? "application/octet-stream",
      // An isolated page gets a clock of 5 µs instead of 100 µs.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(found);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
