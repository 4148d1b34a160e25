// Files below a few folders, and nothing else.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".py": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ts": "text/plain; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".webmanifest": "application/manifest+json; charset=utf-8",
};

// A visitor may type any base URL, so connect-src is open; code and styles come from here alone.
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src *",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join("; ");

const HEADERS = {
  "Cache-Control": "no-cache",
  "Content-Security-Policy": POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** An import map can only stand in the page itself: its hash lets it past the policy, and nothing else that stands there. */
function policyOf(html) {
  const maps = html.matchAll(/<script type="importmap">([^]*?)<\/script>/g);
  const hashes = Array.from(maps, ([, map]) => ` 'sha256-${createHash("sha256").update(map).digest("base64")}'`);
  return POLICY.replace("'wasm-unsafe-eval'", `$&${hashes.join("")}`);
}

async function answerPage(response, file, isWanted) {
  const html = await readFile(file, "utf8").catch(() => undefined);
  if (html === undefined) return answerPlainly(response, 404, "There is nothing here.");
  const headers = { ...HEADERS, "Content-Security-Policy": policyOf(html), "Content-Type": TYPES[".html"], "Content-Length": Buffer.byteLength(html) };
  response.writeHead(200, headers).end(isWanted ? html : undefined);
}

export function answerPlainly(response, status, text, headers = {}) {
  response.writeHead(status, { ...HEADERS, "Content-Type": "text/plain; charset=utf-8", ...headers });
  response.end(`${text}\n`);
}

/** The file a URL path names, or undefined. Links that lead out of the folder do not count. */
export async function fileFor(path, roots) {
  let decoded;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const root = roots.find(({ at }) => decoded.startsWith(at));
  if (!root || decoded.includes("\0") || decoded.includes("\\")) return undefined;
  const names = decoded.slice(root.at.length).split("/");
  if (names.some((name) => name.startsWith("."))) return undefined;
  try {
    const folder = await realpath(root.folder);
    let file = await realpath(join(folder, ...names));
    if ((await stat(file)).isDirectory()) {
      // Relative links in an index page only work below a slash.
      if (!decoded.endsWith("/")) return undefined;
      file = await realpath(join(file, "index.html"));
    }
    const info = await stat(file);
    return file.startsWith(folder + sep) && info.isFile() ? { file, size: info.size } : undefined;
  } catch {
    return undefined;
  }
}

export function serveStatic(roots) {
  return async (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      answerPlainly(response, 405, "Only GET and HEAD.", { Allow: "GET, HEAD" });
      return;
    }
    const found = await fileFor(request.url.split("?", 1)[0], roots);
    if (!found) {
      answerPlainly(response, 404, "There is nothing here.");
      return;
    }
    const extension = extname(found.file);
    if (extension === ".html") {
      await answerPage(response, found.file, request.method === "GET");
      return;
    }
    const type = TYPES[extension] ?? "application/octet-stream";
    response.writeHead(200, { ...HEADERS, "Content-Type": type, "Content-Length": found.size });
    if (request.method === "HEAD") response.end();
    else pipeline(createReadStream(found.file), response, () => {});
  };
}
