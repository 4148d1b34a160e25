// Code and equations as a page shows them: its own functions, highlight.js, KaTeX.
import { buildSync } from "esbuild";
import { fileURLToPath } from "node:url";
import { expect, test } from "./support/test.mjs";
import { serveVendor } from "./support/vendor.mjs";

const CODE = "Look:\n\n```js\nconst a = \"<b>\"; // 1 & 2\n```\n\n1. In an item:\n\n   ```python\n   def f():\n       return 1\n   ```\n\nEnd $x^2$ and \\(y\\).\n\n$$\nx = 1\n$$\n";
const SOURCES = ["const a = \"<b>\"; // 1 & 2", "def f():\n    return 1"];

/** The sample of the documentation, in a page that serves the package. */
const sample = buildSync({
  entryPoints: [fileURLToPath(new URL("../../../www/site/samples/highlight.js", import.meta.url))],
  bundle: true, write: false, format: "esm", logLevel: "error", external: ["/pkg/*"],
  alias: Object.fromEntries(["chat", "chat/highlight", "chat/math"].map((name) => [`refinire-web/${name}`, `/pkg/${name}.js`])),
}).outputFiles[0].text;

/** Sets a hook that keeps its calls, and answers each with an element of that name, or as `how` says. */
const hook = (chat, kind, how = "node") => chat.run((kit, [kind, how]) => {
  const calls = (kit.kept.calls ??= []);
  kit.kept.chat[kind] = (...values) => {
    calls.push([kind, ...values]);
    const node = document.createElement("mark");
    node.textContent = `${how}:${values[0]}`;
    if (how === "later") return new Promise((resolve) => (kit.kept.resolve = () => resolve(node)));
    if (how === "nothing") return undefined;
    if (how === "throws") throw new Error("no highlighter");
    if (how === "rejects") return Promise.reject(new Error("no highlighter"));
    return node;
  };
}, [kind, how]);
const calls = (chat) => chat.run((kit) => kit.kept.calls);

test("hooks get complete code and equations, and their nodes take the place of the source; the button copies the source", async ({ mount, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const chat = await mount();
  await hook(chat, "highlight");
  await hook(chat, "math");
  await chat.ask("?");
  await chat.says(1, CODE.slice(0, CODE.indexOf("; //")));
  await expect(chat.answer.locator("code")).toHaveText('const a = "<b>"');
  expect(await calls(chat)).toEqual([]);
  await chat.answerTo(1, CODE.slice(CODE.indexOf("; //")));
  await chat.ended();
  await expect(chat.answer.locator("mark")).toHaveCount(5);
  expect((await calls(chat)).sort()).toEqual([["highlight", SOURCES[0], "js"], ["highlight", SOURCES[1], "python"], ["math", "x = 1", true], ["math", "x^2", false], ["math", "y", false]]);
  await expect(chat.answer.locator("code").last()).toHaveText(`node:${SOURCES[1]}`);
  await chat.answer.getByRole("button", { name: "Copy code" }).last().click();
  await expect.poll(() => chat.page.evaluate(() => navigator.clipboard.readText())).toBe(SOURCES[1]);
});

test("a node may come later: the text goes on meanwhile; undefined leaves the source", async ({ mount }) => {
  const chat = await mount();
  await hook(chat, "highlight", "later");
  await hook(chat, "math", "nothing");
  await chat.ask("?");
  await chat.says(1, "$a$\n\n```js\nlate\n```\nand then ");
  await expect.poll(() => chat.run((kit) => typeof kit.kept.resolve)).toBe("function");
  await chat.says(1, "more text ");
  await expect(chat.text).toContainText("and then more text");
  await expect(chat.answer.locator("code")).toHaveText("late");
  await chat.run((kit) => kit.kept.resolve());
  await expect(chat.answer.locator("code mark")).toHaveText("later:late");
  await expect(chat.text.locator(".math")).toHaveText("$a$");
  await chat.answerTo(1, "end");
  await chat.ended();
  await expect(chat.text).toContainText("more text end");
});

for (const how of ["throws", "rejects"]) {
  test.describe(`a hook that ${how}`, () => {
    test.use({ expectedComplaints: [/no highlighter/] });

    test("leaves the source, and is reported once", async ({ mount, complaints }) => {
      const chat = await mount();
      await hook(chat, "highlight", how);
      await chat.exchange(1, "?", "```js\none\n```\n```js\ntwo\n```\n");
      await expect.poll(async () => (await calls(chat))?.length).toBe(2);
      await expect.poll(() => complaints.length).toBe(1);
      await chat.run((kit) => kit.settled());
      expect(complaints.length).toBe(1);
      expect(await chat.answer.locator("code").allTextContents()).toEqual(["one", "two"]);
    });
  });
}

test("a hook that is set later applies to what is shown, one that is removed leaves the source, and the last one set counts", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "?", CODE);
  await hook(chat, "highlight", "later");
  await expect.poll(() => chat.run((kit) => typeof kit.kept.resolve)).toBe("function");
  await hook(chat, "highlight");
  await chat.run((kit) => kit.kept.resolve());
  await expect(chat.answer.locator("code mark")).toHaveText(SOURCES.map((source) => `node:${source}`));
  await chat.run((kit) => void (kit.kept.chat.highlight = undefined));
  expect(await chat.answer.locator("code").allTextContents()).toEqual(SOURCES);
});

test("of a long talk, only code that is near the visible part is handed to a hook, also after a reload", async ({ mount }) => {
  const chat = await mount();
  await hook(chat, "highlight");
  await chat.run((kit) => {
    const context = new kit.refinire.Context({ storage: "memory" });
    for (let at = 0; at < 40; at++) {
      context.addUserMessage(`Question ${at}`);
      context.addAssistantMessage(`\`\`\`js\ncode ${at}\n\`\`\`\n${"Text.\n\n".repeat(10)}`);
    }
    kit.kept.chat.context = context;
  });
  await expect(chat.answer.locator("mark")).toHaveText("node:code 39");
  expect((await calls(chat)).length).toBeLessThan(5);
  // Those above what is in view come a moment later.
  await expect(chat.answers).toHaveCount(25);
  const first = await chat.answers.first().locator("code").textContent();
  await chat.log.press("Home");
  await expect.poll(async () => (await calls(chat)).map(([, code]) => code)).toContain(first);
});

test("a hook that was set before the element is defined counts", async ({ mount }) => {
  const chat = await mount();
  const isKept = await chat.run(() => {
    class Early extends customElements.get("refinire-chat") {}
    const early = document.createElement("early-chat");
    const hook = () => undefined;
    early.highlight = hook;
    document.body.append(early);
    customElements.define("early-chat", Early);
    const kept = early.highlight === hook && !Object.hasOwn(early, "highlight");
    early.remove();
    return kept;
  });
  expect(isKept).toBe(true);
});

test("highlight.js colours code, light and dark, with nothing but spans and text; unknown languages stay as they are", async ({ mount, page }) => {
  await serveVendor(page);
  const chat = await mount();
  await page.evaluate(async () => {
    const [{ highlight }, { default: hljs }] = await Promise.all([import("/pkg/chat/highlight.js"), import("/hljs.js")]);
    globalThis.kit.kept.chat.highlight = highlight(hljs);
  });
  await chat.exchange(1, "?", `${CODE}\n\`\`\`nosuch\n<i>x</i>\n\`\`\`\n\`\`\`html\n<script>globalThis.stolen = 1</script><img src=x onerror=stolen=1>&amp;\n\`\`\`\n`);
  await expect(chat.answer.locator(".hljs-keyword").first()).toHaveText("const");
  await expect(chat.answer.locator("code").last().locator(".hljs-name").first()).toHaveText("script");
  expect(await chat.answer.locator("code").allTextContents()).toEqual([...SOURCES, "<i>x</i>", "<script>globalThis.stolen = 1</script><img src=x onerror=stolen=1>&amp;"]);
  expect(await chat.answer.locator("code").evaluateAll((codes) => codes.flatMap((code) => [...code.querySelectorAll("*")]).filter(({ localName, attributes }) => localName !== "span" || attributes.length !== 1).length)).toBe(0);
  const colours = () => chat.answer.locator(".hljs-keyword").first().evaluate((node) => getComputedStyle(node).color);
  const light = await colours();
  await page.emulateMedia({ colorScheme: "dark" });
  await chat.host.evaluate((host) => (host.style.colorScheme = "dark"));
  expect(await colours()).not.toBe(light);
  await chat.host.evaluate((host) => host.style.setProperty("--refinire-chat-code-keyword", "rgb(1, 2, 3)"));
  expect(await colours()).toBe("rgb(1, 2, 3)");
  expect(await page.evaluate("globalThis.stolen")).toBeUndefined();
});

test("what highlight.js colours can be read", async ({ mount, page, findings }) => {
  await serveVendor(page);
  const chat = await mount();
  await page.evaluate(async () => {
    const [{ highlight }, { default: hljs }] = await Promise.all([import("/pkg/chat/highlight.js"), import("/hljs.js")]);
    globalThis.kit.kept.chat.highlight = highlight(hljs);
  });
  await chat.exchange(1, "?", "```ts\n// A comment\nexport class A<T> extends B { @x() n: number = 0x1F; f(a = `t${1}`, b = /re/g) { return null; } }\n```\n```diff\n- gone\n+ come\n```\n```css\n#a .b:hover { color: red; }\n```\n");
  await expect(chat.answer.locator(".hljs-deletion")).toBeVisible();
  for (const scheme of ["light", "dark"]) {
    await chat.host.evaluate((host, scheme) => (host.style.colorScheme = scheme), scheme);
    expect([scheme, await findings()]).toEqual([scheme, []]);
  }
});

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

test("the documentation's sample, KaTeX and highlight.js work under a strict content security policy, trusted types included, and are not trusted", async ({ page }) => {
  await serveVendor(page);
  const body = '<!doctype html><html lang="en"><title>strict</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script><refinire-chat></refinire-chat>';
  await page.route("**/strict", (route) => route.fulfill({ contentType: "text/html", headers: { "Content-Security-Policy": `${POLICY}; img-src data:` }, body }));
  await page.route("**/page.js", (route) => route.fulfill({ contentType: "text/javascript", body: `
    import "/sample.js";
    import init, { Context } from "/pkg/refinire_web.js";
    const chat = document.querySelector("refinire-chat");
    await init();
    const context = new Context({ storage: "memory" });
    context.addUserMessage("?");
    context.addAssistantMessage(${JSON.stringify(`${CODE}\n$\\frac{1}{2}$ $\\href{javascript:stolen=1}{x}$ $\\includegraphics{https://evil.example/x.png}$ $\\frac{1$`)});
    chat.context = context;
  ` }));
  await page.route("**/sample.js", (route) => route.fulfill({ contentType: "text/javascript", body: sample }));
  await page.goto("/strict");
  const answer = page.getByRole("article", { name: "Assistant" });
  await expect(answer.locator(".hljs-keyword").first()).toHaveText("const");
  await expect(answer.locator("math[display=block]")).toHaveCount(1);
  await expect(answer.locator("mfrac")).toHaveCount(1);
  expect(await answer.locator(".math").locator("a, img, [href], [style]").count()).toBe(0);
  // What KaTeX cannot read stays.
  await expect(answer).toContainText("$\\frac{1$");
});
