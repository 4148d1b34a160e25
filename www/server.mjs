// Serves the page, the built package and a stand-in model from one origin, on this machine only.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { startModel } from "./server/model.mjs";
import { proxyTo } from "./server/proxy.mjs";
import { relayTo } from "./server/relay.mjs";
import { serveStatic } from "./server/static.mjs";

const HOST = "127.0.0.1";
const DEFAULT_PORT = 8080;
const PORTS_TO_TRY = 20;

const www = fileURLToPath(new URL(".", import.meta.url));
const pkg = fileURLToPath(new URL("../pkg/", import.meta.url));

function fail(message) {
  console.error(message);
  process.exit(1);
}

function portFrom(text) {
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    fail(`PORT is "${text}", but has to be a number from 0 to 65535.`);
  }
  return port;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      resolve(server.address().port);
    });
  });
}

async function listenSomewhere(server, wanted) {
  if (wanted !== undefined) return listen(server, wanted);
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + PORTS_TO_TRY; port += 1) {
    try {
      return await listen(server, port);
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
    }
  }
  return listen(server, 0);
}

const wanted = portFrom(process.env.PORT);
if (!existsSync(`${pkg}refinire_web.js`)) fail("The package is not built yet: run `make package` first.");

const model = await startModel(process.env.DEMO_PACE).catch((error) => fail(error.message));
const proxy = proxyTo(model.url);
const relay = relayTo(model.url);
const files = serveStatic([
  { at: "/pkg/", folder: pkg },
  { at: "/", folder: www },
]);

const server = createServer((request, response) => {
  const path = request.url.split("?", 1)[0];
  if (path === "/api/relay") relay(request, response);
  else if (path.startsWith("/api/")) proxy(request, response);
  else files(request, response);
});

try {
  const port = await listenSomewhere(server, wanted);
  console.log(`refinire-web demo: http://${HOST}:${port}/`);
} catch (error) {
  fail(error.code === "EADDRINUSE"
    ? `Port ${wanted} is taken: give another one with PORT=…, or none to have a free one chosen.`
    : `Cannot listen on port ${wanted ?? DEFAULT_PORT}: ${error.message}`);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
