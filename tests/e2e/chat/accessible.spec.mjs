// For everyone: those who listen, those who use keys, those who read from the right, small screens, dark rooms.
import { STATES } from "./support/states.mjs";
import { expect, test } from "./support/test.mjs";

const RICH = "## Title\n\nText with `code`, [a link](https://a.example) and **more**.\n\n- one\n- two\n\n> said\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```js\nlet a = 1;\n```\n";

/** One talk with everything in it. */
async function everything(chat) {
  await chat.exchange(1, "Show me", RICH);
  await chat.ask("Think");
  await chat.run(async (kit) => {
    const turn = await kit.kept.model.turn(2);
    turn.send(kit.chunk({ reasoning_content: "hm" })).say("half").break(new TypeError("gone"));
  });
  await chat.ended();
  await expect(chat.problem).toBeVisible();
}

test("ears get the whole answer at its end, and no chunk before", async ({ mount }) => {
  const chat = await mount();
  const live = await chat.host.evaluate(({ shadowRoot }) =>
    [...shadowRoot.querySelectorAll("[role=status], [role=log], [aria-live]")].map((node) => [node.className, node.getAttribute("role"), node.getAttribute("aria-live")]));
  expect(live).toEqual([["notice", "status", null], ["log", "log", "off"], ["spoken", "status", null]]);
  const spoken = chat.page.locator(".spoken");
  await chat.ask("Hello");
  await expect(spoken).toHaveText("Waiting for the answer");
  await chat.says(1, "One. ", "Two. ");
  await expect(chat.text).toContainText("Two.");
  await expect(spoken).toHaveText("Waiting for the answer");
  await chat.answerTo(1, "**Three**\n\n| a | b |\n| - | - |\n| 1 | 2 |\n");
  await chat.ended();
  expect(await spoken.evaluate((node) => node.textContent.replace(/\s+/g, " "))).toBe("One. Two. Three a b 1 2");
});

test("the keyboard goes through it in the order of what is seen", async ({ mount }) => {
  const chat = await mount({ conversations: "" });
  await chat.exchange(1, "Hello", "Hi");
  await chat.page.evaluate(() => document.body.focus());
  const order = [];
  for (let at = 0; at < 9; at += 1) {
    await chat.page.keyboard.press("Tab");
    order.push(await chat.host.evaluate(({ shadowRoot }) => {
      const node = shadowRoot.activeElement;
      return node?.getAttribute("aria-label") ?? node?.textContent.trim();
    }));
  }
  // Where the page begins, before the element, is the browser's affair.
  expect(order.filter(Boolean).slice(0, 8)).toEqual(["Conversations", "New conversation", "Conversation", "Copy", "Edit", "Copy", "Try again", "Your message"]);
});

for (const [width, size] of [[320, 16], [375, 16], [1280, 16], [375, 32]]) {
  test(`nothing scrolls sideways at ${width} px, with text of ${size} px`, async ({ mount, page }) => {
    await page.setViewportSize({ width, height: 640 });
    await page.addStyleTag({ content: `refinire-chat { --refinire-chat-font-size: ${size}px }` });
    const chat = await mount({ conversations: "", greeting: "x".repeat(200) });
    const tooWide = () => chat.host.evaluate(({ shadowRoot }) =>
      [document.documentElement, ...shadowRoot.querySelectorAll(".log, .chat, .bar, .composer")].map((node) => node.scrollWidth - node.clientWidth));
    expect(Math.max(...(await tooWide()))).toBe(0);
    await chat.exchange(1, "without-a-blank".repeat(30), `${"without-a-blank".repeat(30)}\n\n\`${"c".repeat(200)}\` https://a.example/${"d".repeat(200)}\n\n${RICH}`);
    await chat.exchange(2, "Wide", `| ${"column | ".repeat(12)}\n| ${"- | ".repeat(12)}\n| ${"1 | ".repeat(12)}\n\n\`\`\`\n${"e".repeat(300)}\n\`\`\`\n`);
    await chat.ask("Fail");
    await chat.run(async (kit) => (await kit.kept.model.turn(3)).whole(500, `{"error":{"message":"${"f".repeat(200)}"}}`) && undefined);
    await expect(chat.problem).toBeVisible();
    expect(Math.max(...(await tooWide()))).toBe(0);
  });
}

test("from right to left everything stands on the other side, and each text takes its own direction", async ({ mount, page }) => {
  const chat = await mount();
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  await chat.exchange(1, "سؤال", "جواب\n\nAn answer\n\n```\ncode\n```\n\n[^1]\n\n[^1]: A note.");
  const middle = async (locator) => {
    const box = await locator.boundingBox();
    return box.x + box.width / 2;
  };
  const center = await middle(chat.host);
  expect(await middle(chat.questions.locator(".bubble"))).toBeLessThan(center);
  expect(await middle(chat.send)).toBeLessThan(center);
  expect(await chat.text.evaluate(({ children }) => [...children].map((node) => getComputedStyle(node).direction))).toEqual(["rtl", "ltr", "ltr", "rtl", "ltr"]);
  expect(await chat.answer.locator("time").evaluate((node) => getComputedStyle(node).direction)).toBe("ltr");
  expect(await chat.answer.locator("pre").evaluate((node) => getComputedStyle(node).direction)).toBe("ltr");
});

test("what moves stands still for those who ask for it", async ({ mount, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const chat = await mount();
  await chat.ask("Hello");
  const moving = () => chat.answer.locator(".dots i").first().evaluate((node) => getComputedStyle(node).animationName);
  expect(await moving()).toBe("none");
  await page.emulateMedia({ reducedMotion: "no-preference" });
  expect(await moving()).toBe("swell");
});

test("light and dark are as color-scheme says, colours and parts as the page says", async ({ mount }) => {
  const chat = await mount();
  const colour = () => chat.host.evaluate((host) => getComputedStyle(host).backgroundColor);
  expect(await colour()).toBe("rgb(255, 255, 255)");
  await chat.host.evaluate((host) => (host.style.colorScheme = "dark"));
  expect(await colour()).toBe("rgb(18, 24, 26)");
  await chat.page.addStyleTag({ content: "refinire-chat { --refinire-chat-background: rgb(1, 2, 3) } refinire-chat::part(input) { color: rgb(4, 5, 6) }" });
  expect(await colour()).toBe("rgb(1, 2, 3)");
  expect(await chat.question.evaluate((field) => getComputedStyle(field).color)).toBe("rgb(4, 5, 6)");
});

test("every word can be another, by attribute or property", async ({ mount, page }) => {
  const chat = await mount({ placeholder: "Frag etwas", greeting: "Willkommen", texts: JSON.stringify({ send: "Senden", question: "Deine Nachricht", you: 1, nothing: "x" }) });
  const field = page.getByLabel("Deine Nachricht");
  await expect(field).toHaveAttribute("placeholder", "Frag etwas");
  await expect(page.getByText("Willkommen")).toBeVisible();
  await expect(page.getByRole("button", { name: "Senden" })).toBeVisible();
  await chat.run((kit) => void (kit.kept.chat.texts = { send: "Los", you: "Du", waiting: "Einen Moment" }));
  await expect(page.getByRole("button", { name: "Los" })).toBeVisible();
  await field.fill("Hallo");
  await field.press("Enter");
  await expect(page.getByRole("article", { name: "Du" })).toContainText("Hallo");
  await expect(page.getByText("Willkommen")).toBeHidden();
  await expect(chat.answer).toContainText("Einen Moment");
  await chat.host.evaluate((host) => host.setAttribute("texts", "{not json"));
  await chat.answerTo(1, "Ja");
  await expect(chat.text).toHaveText("Ja");
});

test.describe("what is clicked is large enough", () => {
  const small = (chat, least) => chat.host.evaluate(({ shadowRoot }, size) =>
    [...shadowRoot.querySelectorAll("button, summary")].filter((node) => node.checkVisibility())
      .map((node) => [node.className, node.offsetWidth, node.offsetHeight]).filter(([, width, height]) => width < size || height < size), least);

  /** Those that are too small: in an empty chat, with everything in a conversation, and with what waits and is attached. */
  async function smallOnes(mount, least) {
    const chat = await mount({ conversations: "", counts: "", attachments: "", feedback: "", suggestions: '["Hi"]' });
    await expect(chat.page.getByText("Hi", { exact: true })).toBeVisible();
    const found = await small(chat, least);
    await everything(chat);
    await chat.page.getByText("Conversations", { exact: true }).click();
    found.push(...await small(chat, least));
    await chat.ask("More");
    await chat.ask("Next");
    await chat.page.locator("input[type=file]").setInputFiles({ name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") });
    await expect(chat.page.locator(".queue li, .tray li")).toHaveCount(2);
    return [...found, ...await small(chat, least)];
  }

  test("for a mouse", async ({ mount }) => {
    expect(await smallOnes(mount, 24)).toEqual([]);
  });

  test.describe("", () => {
    test.use({ hasTouch: true, isMobile: true });
    test("for a finger", async ({ mount }) => {
      expect(await smallOnes(mount, 44)).toEqual([]);
    });

    for (const name of ["empty", "queue that is held", "attachments", "below an answer", "versions", "editing", "a conversation is deleted", "scrolled up", "launcher that is open"]) {
      test(`for a finger: ${name}`, async ({ mount }) => {
        const [attributes, arrange] = STATES[name];
        const chat = await mount(attributes);
        await arrange(chat);
        expect(await small(chat, 44)).toEqual([]);
      });
    }
  });
});

test("in forced colours one sees where the focus is, and that an answer is awaited", async ({ mount, page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  const chat = await mount();
  await chat.question.focus();
  const styleOf = (selector, name) => chat.host.evaluate(({ shadowRoot }, [where, what]) => getComputedStyle(shadowRoot.querySelector(where))[what], [selector, name]);
  expect(await styleOf(".field", "outlineStyle")).toBe("solid");
  await chat.ask("Hello");
  await expect(page.locator(".dots")).toBeVisible();
  expect(await styleOf(".dots i", "backgroundColor")).not.toBe(await styleOf(".chat", "backgroundColor"));
  expect(await styleOf(".dots i", "backgroundColor")).toBe(await styleOf(".bubble", "color"));
});
