// One variable scales the element; the page's own text styles stay outside.
import { expect, test } from "./support/test.mjs";

const RESET = `* { margin: 0; padding: 0; box-sizing: border-box; font: inherit; color: red } html { font-size: 62.5% }
  * { letter-spacing: 2px; word-spacing: 4px; text-transform: uppercase; text-indent: 3em; text-align: center; line-height: 1; font-style: italic; white-space: nowrap; cursor: wait }`;
const READ = ["color", "fontSize", "fontFamily", "letterSpacing", "wordSpacing", "textTransform", "textIndent", "lineHeight", "fontStyle", "whiteSpace", "cursor"];

test("on a page with a reset, text is 16 px and as it would be elsewhere", async ({ mount, page }) => {
  const chat = await mount();
  const styles = () => chat.host.evaluate(({ shadowRoot }, names) =>
    [".bubble p", ".text p", "textarea"].map((selector) => {
      const style = getComputedStyle(shadowRoot.querySelector(selector));
      return names.map((name) => style[name]);
    }), READ);
  await chat.exchange(1, "Hello", "An answer");
  const before = await styles();
  expect(before[1].slice(1, 4)).toEqual(["16px", expect.stringMatching(/^system-ui/), "normal"]);
  await page.addStyleTag({ content: RESET });
  expect(await styles()).toEqual(before);
});

test("what is said can be selected also on a page whose text cannot", async ({ mount, page }) => {
  const chat = await mount();
  await page.addStyleTag({ content: "* { user-select: none }" });
  await chat.exchange(1, "Hello", "answer");
  await chat.text.getByText("answer").dblclick({ position: { x: 10, y: 10 } });
  expect(await page.evaluate(() => getSelection().toString())).toBe("answer");
});

test("--refinire-chat-font-size scales everything", async ({ mount, page }) => {
  const chat = await mount({ conversations: "" });
  await chat.exchange(1, "Hello", "## Title\n\nText with `code`\n\n```js\nlet a;\n```\n");
  const sizes = () => chat.host.evaluate((host) =>
    [host.getBoundingClientRect().height, ...[".bubble p", "time", ".text h4", ".text p code", "pre", "summary", ".actions button", "textarea", ".send"]
      .map((selector) => Number.parseFloat(getComputedStyle(host.shadowRoot.querySelector(selector)).fontSize))]);
  const before = await sizes();
  await page.setViewportSize({ width: 1280, height: 2000 });
  await page.addStyleTag({ content: "refinire-chat { --refinire-chat-font-size: 32px }" });
  const after = await sizes();
  expect(after.map((size, at) => size / before[at])).toEqual(before.map(() => 2));
});

test("chat.css gives it its size before the script has loaded, and the page's own size goes before", async ({ page }) => {
  let load;
  await page.route("**/late.js", async (route) => {
    await new Promise((resolve) => (load = resolve));
    await route.fulfill({ contentType: "text/javascript", body: 'import "/pkg/chat.js";' });
  });
  await page.route("**/early", (route) => route.fulfill({
    contentType: "text/html",
    body: '<!doctype html><html lang="en"><title>early</title><link rel="stylesheet" href="/pkg/chat.css"><style>.own { height: 300px }</style>'
      + '<script type="module" src="/late.js"></script><refinire-chat></refinire-chat><refinire-chat class="own"></refinire-chat>',
  }));
  await page.goto("/early", { waitUntil: "commit" });
  const heights = () => page.evaluate(() => [...document.querySelectorAll("refinire-chat")].map((chat) => chat.offsetHeight));
  await expect.poll(heights).toEqual([576, 300]);
  expect(await page.evaluate(() => customElements.get("refinire-chat") === undefined)).toBe(true);
  load();
  await page.evaluate(() => customElements.whenDefined("refinire-chat"));
  expect(await heights()).toEqual([576, 300]);
});
