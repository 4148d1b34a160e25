// The demo's own server, asked directly.
import { spawn } from "node:child_process";
import { request as rawRequest } from "node:http";
import { fileURLToPath } from "node:url";

import { expect, test } from "@playwright/test";

const server = fileURLToPath(new URL("../../www/server.mjs", import.meta.url));

/** As typed: other clients tidy up a path before they send it. */
function statusOf(baseURL, path) {
  const { hostname, port } = new URL(baseURL);
  return new Promise((resolve, reject) => {
    const request = rawRequest({ hostname, port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", reject).end();
  });
}

function run(env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [server], { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      complaint += text;
    });
    child.on("error", reject).on("close", (code) => resolve({ code, complaint }));
  });
}

test("the page comes with a policy, the wasm with its type", async ({ request }) => {
  const page = await request.get("/");
  expect(page.headers()["content-type"]).toBe("text/html; charset=utf-8");
  expect(page.headers()["content-security-policy"]).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(page.headers()["x-content-type-options"]).toBe("nosniff");
  const wasm = await request.head("/pkg/refinire_web_bg.wasm");
  expect(wasm.status()).toBe(200);
  expect(wasm.headers()["content-type"]).toBe("application/wasm");
  expect(Number(wasm.headers()["content-length"])).toBeGreaterThan(0);
});

test("an import map is let past the policy by its hash, and no other script that stands in a page", async ({ page, request }) => {
  const plain = (await request.get("/")).headers()["content-security-policy"];
  expect(plain).not.toContain("sha256");
  const guide = await request.get("/guide.html");
  const policy = guide.headers()["content-security-policy"];
  expect(policy.replace(/ 'sha256-[\w+/]{43}='/, "")).toBe(plain);
  await page.goto("/guide.html");
  const types = await page.evaluate(`(async () => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.head.append(script);
    return [typeof globalThis.ran, typeof (await import("refinire-web")).RefinireAgent];
  })()`);
  expect(types).toEqual(["undefined", "function"]);
});

test("nothing outside the served folders can be had", async ({ baseURL }) => {
  const paths = [
    "/../package.json", "/%2e%2e/package.json", "/..%2fpackage.json", "/pkg/../package.json", "/pkg/%2e%2e%2fpackage.json",
    "/..\\package.json", "/..%5cpackage.json", "//etc/passwd", "/%00", "/%ff", "/.gitignore", "/chat-page", "/nothing",
  ];
  for (const path of paths) expect([path, await statusOf(baseURL, path)]).toEqual([path, 404]);
  expect(await statusOf(baseURL, "/index.html?x=1")).toBe(200);
});

test("the model's control interface is not reachable through the page's origin", async ({ request }) => {
  for (const path of ["/api/openai/__aimock/reset", "/api/openai/v1/models", "/api/anthropic/v1/../__aimock/reset", "/api/"]) {
    expect((await request.post(path)).status()).toBe(404);
  }
  expect((await request.get("/api/relay")).status()).toBe(405);
  expect((await request.post("/")).status()).toBe(405);
});

test("the relay complains of a request that is none", async ({ request }) => {
  for (const data of ["not json", "{}", "null", '{"message":""}']) {
    const answer = await request.post("/api/relay", { data, headers: { "Content-Type": "application/json" } });
    expect(answer.status()).toBe(400);
    expect((await answer.json()).error.message).not.toBe("");
  }
});

test("answers are not stored, and not held back", async ({ request }) => {
  const answer = await request.post("/api/openai/v1/chat/completions", {
    data: { model: "gpt-4o-mini", stream: true, messages: [{ role: "user", content: "Hello" }] },
  });
  expect(answer.headers()["cache-control"]).toBe("no-store");
  expect(answer.headers()["content-type"]).toContain("text/event-stream");
  expect(await answer.text()).toMatch(/data: \[DONE\]\s*$/);
});

test("a port that is taken, or none, is refused in one line", async ({ baseURL }) => {
  const taken = await run({ PORT: new URL(baseURL).port });
  expect(taken.code).toBe(1);
  expect(taken.complaint).toMatch(/^Port \d+ is taken.*\n$/);
  const nonsense = await run({ PORT: "http" });
  expect(nonsense.code).toBe(1);
  expect(nonsense.complaint).toMatch(/^PORT is "http".*\n$/);
});
