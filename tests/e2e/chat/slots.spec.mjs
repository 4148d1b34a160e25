// What a page puts into the element.
import { expect, test } from "./support/test.mjs";

const put = (chat, html) => chat.host.evaluate((host, text) => host.setHTMLUnsafe(text), html);

test("header, empty state and composer take what the page has", async ({ mount, page }) => {
  const chat = await mount({ greeting: "Welcome" });
  await expect(page.locator(".header")).toBeHidden();
  await expect(page.getByText("Welcome")).toBeVisible();
  await put(chat, "<b slot=header>Support</b><p slot=empty>Ask about orders</p><button slot=composer-start>Plus</button><button slot=composer-end>Model</button>");
  await expect(page.getByText("Support")).toBeVisible();
  await expect(page.getByText("Welcome")).toBeHidden();
  await expect(page.getByText("Ask about orders")).toBeVisible();
  const lefts = [];
  for (const part of [page.getByText("Plus"), chat.question, page.getByText("Model"), chat.send]) lefts.push((await part.boundingBox()).x);
  expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
  await chat.exchange(1, "Hello", "Hi");
  await expect(page.getByText("Ask about orders")).toBeHidden();
});

test("each answer has a copy of the avatar, also one that comes later", async ({ mount, page }) => {
  const chat = await mount();
  await chat.exchange(1, "Hello", "Hi");
  await put(chat, '<img slot="avatar" alt="" src="data:,">');
  const avatars = page.locator(".answer .avatar img");
  await expect(avatars).toHaveCount(1);
  await chat.exchange(2, "More", "Yes");
  await expect(avatars).toHaveCount(2);
  await put(chat, '<template slot="avatar"><b>R</b></template>');
  await expect(page.locator(".answer .avatar b")).toHaveCount(2);
  await put(chat, "");
  await expect(page.locator(".avatar")).toHaveCount(0);
});

test("icons are the page's where it has some, at once and wherever they stand", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "Hello", "Hi");
  const shown = () => chat.host.evaluate(({ shadowRoot }) => {
    const use = shadowRoot.querySelector(".answer [part~=copy] use");
    return shadowRoot.querySelector(use.getAttribute("href")).firstElementChild.localName;
  });
  expect(await shown()).toBe("path");
  await chat.host.evaluate((host) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("width", "24");
    host.icons = { copy: svg };
  });
  expect(await shown()).toBe("svg");
  await chat.host.evaluate((host) => (host.icons = undefined));
  expect(await shown()).toBe("path");
});
