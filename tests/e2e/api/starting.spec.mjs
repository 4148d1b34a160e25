// init: once, again, before it, after it has failed.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

const MISSING = { module_or_path: "/pkg/there-is-no-such-file.wasm" };

test.describe("before init has resolved", () => {
  test.beforeEach(async ({ page }) => {
    await openBlank(page);
    await load(page, { start: false });
  });

  test("init gives the same promise every time, also after it has resolved", async ({ page }) => {
    const same = await call(page, async ({ refinire }) => {
      const [first, second] = [refinire.default(), refinire.default()];
      await first;
      return [first === second, first === refinire.default()];
    });
    expect(same).toEqual([true, true]);
  });

  test("constructing and calling anything throws not-initialized", async ({ page }) => {
    const failures = await call(page, ({ refinire, failure }) => {
      const { RefinireAgent, Context, JsonStream, decodeResponse } = refinire;
      return Promise.all([
        failure(() => new RefinireAgent({ name: "a", generationInstructions: "", model: "gpt-4o" })),
        failure(() => new RefinireAgent()),
        failure(() => new Context()),
        failure(() => new JsonStream()),
        failure(() => Context.fromJSON({})),
        failure(() => Context.list()),
        failure(() => decodeResponse(new Response(""), { provider: "openai" })),
      ]);
    });
    expect(failures).toHaveLength(7);
    for (const failed of failures) {
      expect(failed).toMatchObject({ real: true, name: "RefinireError", code: "not-initialized", retryable: false, partialText: "" });
      expect(failed.message).toContain("init()");
    }
  });

  test("while it is on its way it is still not there", async ({ page }) => {
    const code = await call(page, async ({ refinire, failure }) => {
      const starting = refinire.default();
      const failed = await failure(() => new refinire.Context());
      await starting;
      new refinire.Context().free();
      return failed.code;
    });
    expect(code).toBe("not-initialized");
  });

  test("an init that failed is a RefinireError, and can be tried again", async ({ page }) => {
    const { failed, hasCause, other, after, works } = await call(page, async ({ refinire, thrown, told, failure }, missing) => {
      const first = refinire.default(missing);
      const { error } = await thrown(first);
      const after = await failure(() => new refinire.Context());
      const again = refinire.default();
      await again;
      return { failed: told(error), hasCause: error.cause !== undefined, other: again !== first, after: after.code, works: new refinire.Context({ storage: "memory" }).messages };
    }, MISSING);
    expect(failed).toMatchObject({ real: true, code: "not-initialized" });
    expect(failed.message).toContain("WebAssembly");
    expect(hasCause).toBe(true);
    expect([other, after, works]).toEqual([true, "not-initialized", []]);
  });

  for (const source of ["a Response", "bytes", "a URL", "a compiled module"]) {
    test(`init takes ${source}`, async ({ page }) => {
      const messages = await call(page, async ({ refinire }, kind) => {
        const url = new URL("/pkg/refinire_web_bg.wasm", location.href);
        const sources = {
          "a Response": () => fetch(url),
          bytes: async () => (await fetch(url)).arrayBuffer(),
          "a URL": () => url,
          "a compiled module": () => WebAssembly.compileStreaming(fetch(url)),
        };
        await refinire.default({ module_or_path: await sources[kind]() });
        return new refinire.Context({ storage: "memory" }).messages;
      }, source);
      expect(messages).toEqual([]);
    });
  }
});

test("importing the package touches no global of the page", async ({ page }) => {
  await openBlank(page);
  const touched = await page.evaluate(async () => {
    const names = ["document", "localStorage", "sessionStorage", "indexedDB", "fetch", "WebSocket", "BroadcastChannel", "requestAnimationFrame", "setTimeout", "navigator"];
    const seen = [];
    const real = new Map(names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]));
    for (const [name, descriptor] of real) {
      if (descriptor?.configurable) Object.defineProperty(globalThis, name, { configurable: true, get: () => void seen.push(name) });
    }
    await import("/pkg/refinire_web.js");
    for (const [name, descriptor] of real) if (descriptor?.configurable) Object.defineProperty(globalThis, name, descriptor);
    const requested = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    return { seen, wasm: requested.some((path) => path.endsWith(".wasm")) };
  });
  expect(touched).toEqual({ seen: [], wasm: false });
});
