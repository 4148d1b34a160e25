// Servers for one test: an origin, and so a storage, of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { startModel } from "../../../www/server/model.mjs";
import { proxyTo } from "../../../www/server/proxy.mjs";
import { serveStatic } from "../../../www/server/static.mjs";
import { ScriptedModel } from "../../e2e/support/scripted-model.mjs";

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const kit = readFileSync(at("tests/e2e/api/support/kit.js"));

// Notes what a page complains of, and then loads the package and the kit for it.
const COMPLAINTS = `
  window.complaints = [];
  for (const [type, words] of Object.entries({
    error: ({ message }) => message,
    unhandledrejection: ({ reason }) => String(reason),
    securitypolicyviolation: ({ violatedDirective, blockedURI }) => violatedDirective + " " + blockedURI,
  })) addEventListener(type, (event) => window.complaints.push(words(event)));`;
const START = 'import * as kit from "/kit.js"; await kit.refinire.default(); window.kit = kit;';
// Asks the model from a worker, and posts each chunk, then how it ended.
const WORKER = `
  import init, { RefinireAgent } from "/pkg/refinire_web.js";
  onmessage = async ({ data: [baseUrl, question] }) => {
    await init();
    const stream = new RefinireAgent({ name: "agent", generationInstructions: "", model: "gpt-test", baseUrl }).runStreamed(question);
    for await (const chunk of stream) postMessage(chunk);
    postMessage((await stream.result).finishReason);
  };`;

const html = (body) => `<!doctype html><html lang="en"><title>smoke</title><link rel="icon" href="data:,"><script src="/complaints.js"></script>${body}`;
const chat = (baseUrl) => html(`<script type="module" src="/pkg/chat.js"></script><refinire-chat model="gpt-4o-mini" base-url="${baseUrl}" conversation="talk"></refinire-chat>`);
const strict = (baseUrl) => `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src data:; connect-src 'self' ${new URL(baseUrl).origin}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;

/** Pages with the package, the stand-in below /api/, and a model whose every word a test speaks itself. */
export class Site {
  #standIn;
  #server;
  model = new ScriptedModel();

  static async start() {
    const site = new Site();
    await site.model.start();
    site.#standIn = await startModel("fast");
    const pages = site.#pages();
    const files = serveStatic([{ at: "/pkg/", folder: at("pkg") }]);
    const proxy = proxyTo(site.#standIn.url);
    site.#server = createServer((request, response) => {
      const page = pages[request.url];
      if (page) response.writeHead(200, { "Cache-Control": "no-cache", ...page.headers }).end(page.body);
      else (request.url.startsWith("/api/") ? proxy : files)(request, response);
    });
    await new Promise((resolve) => site.#server.listen(0, "127.0.0.1", resolve));
    site.url = `http://127.0.0.1:${site.#server.address().port}`;
    return site;
  }

  async stop() {
    this.#server.closeAllConnections();
    await Promise.all([new Promise((resolve) => this.#server.close(resolve)), this.#standIn.stop(), this.model.stop()]);
  }

  #pages() {
    const script = (body) => ({ headers: { "Content-Type": "text/javascript" }, body });
    const page = (body, headers) => ({ headers: { "Content-Type": "text/html; charset=utf-8", ...headers }, body });
    const { baseUrl } = this.model;
    return {
      "/kit.js": script(kit),
      "/complaints.js": script(COMPLAINTS),
      "/start.js": script(START),
      "/worker.js": script(WORKER),
      "/started": page(html('<script type="module" src="/start.js"></script>')),
      "/chat": page(chat(baseUrl)),
      "/strict": page(chat(baseUrl), { "Content-Security-Policy": strict(baseUrl) }),
    };
  }
}

/** The demo as `make demo` starts it, on a free port. */
export async function startDemo() {
  const server = spawn(process.execPath, [at("www/server.mjs")], { env: { ...process.env, PORT: "0", DEMO_PACE: "fast" }, stdio: ["ignore", "pipe", "inherit"] });
  const [words] = await once(server.stdout.setEncoding("utf8"), "data");
  return { url: words.match(/http:\S+/)[0], stop: () => server.kill() };
}
