// Where there is no .wasm beside the script, where it cannot be fetched, and what comes from a frame.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { call, expect, load, openBlank, test } from "./support/test.mjs";

const pkg = fileURLToPath(new URL("../../../pkg/", import.meta.url));
const ANSWER = 'data: {"choices":[{"delta":{"content":"Hello"}}]}\n\ndata: [DONE]\n\n';
const STREAM = `async ({ default: init, decodeResponse }) => {
  await init();
  return (await decodeResponse(new Response(${JSON.stringify(ANSWER)}), { provider: "openai" }).result).text;
}`;

test("the classic script works in a page that was opened from a file", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "refinire-web-"));
  const script = pathToFileURL(join(pkg, "inline.classic.js"));
  writeFileSync(join(folder, "page.html"), `<!doctype html><title>file</title><script src="${script}"></script>`);
  await page.goto(String(pathToFileURL(join(folder, "page.html"))));
  expect(await page.evaluate(`(${STREAM})(RefinireWeb)`)).toBe("Hello");
  rmSync(folder, { recursive: true });
});

/** A server of these scripts, with a policy as strict as an extension's. */
async function serving(scripts, use) {
  const server = createServer(({ url }, response) => {
    const body = scripts[url];
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": url === "/" ? "text/html" : "text/javascript",
      "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const ANSWERING = `self.onmessage = ({ data, source, ports: [port] }) => {
  (${STREAM})(api).then((text) => port.postMessage(text), (error) => port.postMessage(error.message));
};`;
const WORKERS = {
  classic: 'importScripts("/inline.classic.js"); const api = self.RefinireWeb;',
  module: 'import * as api from "/inline.js";',
};

for (const [type, begin] of Object.entries(WORKERS)) {
  test(`the inline entry works in a service worker, ${type}`, async ({ page }) => {
    const scripts = { "/": "<!doctype html><title>worker</title>", "/worker.js": `${begin}\n${ANSWERING}` };
    for (const file of ["inline.js", "inline.classic.js"]) scripts[`/${file}`] = readFileSync(join(pkg, file));
    await serving(scripts, async (address) => {
      await page.goto(address);
      const text = await page.evaluate(async (type) => {
        const { installing } = await navigator.serviceWorker.register("/worker.js", { type });
        const { port1, port2 } = new MessageChannel();
        const answered = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
        installing.postMessage("go", [port2]);
        return answered;
      }, type);
      expect(text).toBe("Hello");
    });
  });
}

test("a frame's fetch, Response, bytes and signal are as good as the page's own", async ({ page }) => {
  await openBlank(page);
  await load(page, { start: false });
  const seen = await call(page, async (kit, answer) => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    const other = frame.contentWindow;
    await kit.refinire.default({ module_or_path: other.fetch("/pkg/refinire_web_bg.wasm") });
    const response = () => new other.Response(new other.TextEncoder().encode(answer));
    const decoded = await kit.refinire.decodeResponse(response(), { provider: "openai" }).result;
    const agent = new kit.refinire.RefinireAgent({ name: "a", generationInstructions: "", model: "gpt-4o", baseUrl: "/v1", fetch: async () => response() });
    const asked = await agent.run("Hi", { signal: new other.AbortController().signal });
    return [response() instanceof Response, decoded.text, asked.text];
  }, ANSWER);
  expect(seen).toEqual([false, "Hello", "Hello"]);
});

test.describe("where the module cannot be had, init() says what was asked for, what came and what to do", () => {
  const CASES = {
    "is missing": [{ status: 404, contentType: "text/plain", body: "" }, "answered 404 (text/plain). Serve refinire_web_bg.wasm there"],
    "is a page": [{ status: 200, contentType: "text/html", body: "<!doctype html><title>app</title>" }, 'answered 200 (text/html): this is not a WebAssembly module, it begins with "<!doctype html><title>app</title>". Serve'],
    "is a page that claims to be one": [{ status: 200, contentType: "application/wasm", body: "<!doctype html>" }, "answered 200 (application/wasm): WebAssembly.compileStreaming(): expected magic word"],
    "is empty": [{ status: 200, contentType: "application/octet-stream", body: "" }, "this is not a WebAssembly module, but empty"],
    "cannot be reached": ["abort", "failed (Failed to fetch). Serve refinire_web_bg.wasm there"],
  };
  for (const [what, [answer, expected]] of Object.entries(CASES)) {
    test(`it ${what}`, async ({ page }) => {
      await openBlank(page);
      await load(page, { start: false });
      await page.route("**/pkg/refinire_web_bg.wasm*", (route) => (answer === "abort" ? route.abort() : route.fulfill(answer)));
      const [beside, given] = await call(page, async ({ refinire, failure }) => [
        await failure(refinire.default()),
        await failure(refinire.default({ module_or_path: "/pkg/refinire_web_bg.wasm?ticket=secret" })),
      ]);
      expect(beside).toMatchObject({ real: true, code: "not-initialized" });
      expect(beside.message).toContain(expected);
      expect(given.message).toContain("/pkg/refinire_web_bg.wasm");
      expect(given.message).not.toContain("secret");
    });
  }

  test("it is no address at all", async ({ page }) => {
    await openBlank(page);
    await load(page, { start: false });
    const failed = await call(page, ({ refinire, failure }) => failure(refinire.default({ modul_or_path: "/x.wasm" })));
    expect(failed).toMatchObject({ code: "not-initialized", message: expect.stringContaining("`module_or_path` must be an address") });
  });

  test("the page's policy forbids it", async ({ page }) => {
    const scripts = { "/": "<!doctype html><title>strict</title>", "/inline.js": readFileSync(join(pkg, "inline.js")) };
    await serving(scripts, async (address) => {
      await page.route(address, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": "script-src 'self' 'unsafe-inline'" } });
      });
      await page.goto(address);
      const message = await page.evaluate(`import("/inline.js").then(({ default: init }) => init()).catch(({ message }) => message)`);
      expect(message).toContain("'wasm-unsafe-eval' in its script-src");
    });
  });
});
