// A browser over WebDriver (https://www.w3.org/TR/webdriver2/), as far as the tests need it.
import { spawn } from "node:child_process";
import { once } from "node:events";

import { freePort } from "../../e2e/support/free-port.mjs";

// What a reference to an element is called in JSON.
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
// For whatever a driver is asked, on a busy machine.
const LONGEST_MS = 90_000;
const asRoot = process.getuid?.() === 0;

/** How each driver is started, and what it is to start. The programs are found by tools/with. */
const DRIVERS = {
  firefox: {
    label: "Firefox",
    command: process.env.GECKODRIVER,
    args: (port) => ["--log=fatal", `--port=${port}`],
    capabilities: { "moz:firefoxOptions": { binary: process.env.FIREFOX, args: ["-headless"] } },
  },
  webkit: {
    label: "WebKit",
    command: process.env.WEBKIT_DRIVER,
    args: (port) => [`--port=${port}`],
    // Its sandbox is made of name spaces, which a container need not allow root.
    env: asRoot ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" } : {},
    capabilities: { "webkitgtk:browserOptions": { binary: process.env.MINIBROWSER, args: ["--automation"] } },
  },
};

/** What each is called, by its name in REFINIRE_BROWSERS. */
export const LABELS = Object.fromEntries(Object.entries(DRIVERS).map(([name, { label }]) => [name, label]));

export class Browser {
  #driver;
  #url;
  #session;

  static async open(name) {
    const { command, args, env, capabilities } = DRIVERS[name];
    if (!command) throw new Error("run this with tools/with firefox webkit -- xvfb-run --auto-servernum node --test …");
    const port = await freePort();
    const browser = new Browser();
    browser.#url = `http://127.0.0.1:${port}`;
    browser.#driver = spawn(command, args(port), { env: { ...process.env, ...env }, stdio: "ignore" });
    process.once("exit", () => browser.#driver.kill());
    await browser.#begin(capabilities).catch((error) => {
      browser.#driver.kill();
      throw new Error(`${command}: ${error.message}`);
    });
    return browser;
  }

  go(url) {
    return this.#post("/url", { url });
  }

  reload() {
    return this.#post("/refresh", {});
  }

  /** What `script(...args)` gives in the page, awaited; both are copied. */
  run(script, ...args) {
    return this.#post("/execute/sync", { script: `return (${script})(...arguments)`, args });
  }

  /** Types into the element that `find()` gives in the page. */
  async type(find, text) {
    await this.#post(`/element/${await this.#element(find)}/value`, { text });
  }

  async click(find) {
    await this.#post(`/element/${await this.#element(find)}/click`, {});
  }

  /** Their handles. All else here is about the one that was switched to last, in the beginning the first. */
  get windows() {
    return this.#ask("GET", `${this.#session}/window/handles`);
  }

  async newWindow() {
    return (await this.#post("/window/new", { type: "tab" })).handle;
  }

  switchTo(handle) {
    return this.#post("/window", { handle });
  }

  closeWindow() {
    return this.#ask("DELETE", `${this.#session}/window`);
  }

  async close() {
    try {
      await this.#ask("DELETE", this.#session);
    } finally {
      this.#driver.kill();
    }
  }

  async #element(find) {
    const found = await this.run(find);
    if (!found) throw new Error(`nothing is found by ${find}`);
    return found[ELEMENT];
  }

  #post(path, body) {
    return this.#ask("POST", this.#session + path, body);
  }

  async #ask(method, path, body) {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(this.#url + path, { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(LONGEST_MS) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.message || value.error}`);
    return value;
  }

  async #begin(capabilities) {
    let isGone = false;
    const gone = once(this.#driver, "exit").finally(() => (isGone = true));
    const listens = async () => {
      while (!isGone && !(await fetch(`${this.#url}/status`).catch(() => undefined))?.ok);
    };
    await Promise.race([listens(), gone]);
    if (isGone) throw new Error("it has ended");
    const { sessionId } = await this.#ask("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
    this.#session = `/session/${sessionId}`;
  }
}
