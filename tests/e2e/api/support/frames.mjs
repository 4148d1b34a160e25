// One page of a worker, in which each test has a frame of its own.
// A new frame takes a fraction of the time of a new page, and what a test leaves (globals, timers, runs, channels, locks) goes with its frame.
import { openBlank } from "./blank.mjs";

export class Frames {
  #browser;
  #page;
  #complaints = [];

  constructor(browser) {
    this.#browser = browser;
  }

  /** A frame in which the package and the kit are loaded; `complaints` gets what it complains of. */
  async open(baseURL, complaints) {
    this.#complaints = complaints;
    this.#page ??= await this.#openPage(baseURL);
    await this.#page.evaluate(async () => {
      const frame = Object.assign(document.createElement("iframe"), { name: "test", src: "/blank" });
      const loaded = new Promise((resolve) => (frame.onload = resolve));
      document.body.replaceChildren(frame);
      await loaded;
      // The module is compiled once and started in each frame.
      globalThis.compiled ??= WebAssembly.compileStreaming(fetch("/pkg/refinire_web_bg.wasm"));
      frame.contentWindow.compiled = await globalThis.compiled;
      await frame.contentWindow.eval(`import("/kit.js").then(async (kit) => {
        globalThis.kit = kit;
        await kit.refinire.default({ module_or_path: compiled });
      })`);
    });
    return this.#page.frame("test");
  }

  /** Takes the frame away, then what it stored: the last words of a run are stored as its frame goes. */
  async close() {
    await this.#page.evaluate(async () => {
      // Whatever is still on its way has a task to come in.
      await document.querySelector("iframe").contentWindow.kit.settled();
      document.querySelector("iframe").remove();
      localStorage.clear();
      sessionStorage.clear();
      for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
    });
  }

  /** The next test has a new page. */
  async giveUp() {
    await this.#page?.context().close();
    this.#page = undefined;
  }

  async #openPage(baseURL) {
    const context = await this.#browser.newContext({ baseURL });
    // Unhandled rejections are page errors.
    context.on("weberror", (error) => this.#complaints.push(String(error.error())));
    const page = await context.newPage();
    await openBlank(page);
    return page;
  }
}
