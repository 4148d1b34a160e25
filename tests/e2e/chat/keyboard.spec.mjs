// Everything with keys alone: at each step one sees where the focus is, and it is never lost to the page.
import { answer, ask, open } from "./support/states.mjs";
import { expect, test as base } from "./support/test.mjs";

/** What has the focus, by its name, and whether one sees that. */
const focus = (page) => page.evaluate(() => {
  let node = document.activeElement;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  const name = node === document.body ? "the page" : (node.getAttribute("aria-label") ?? node.textContent.trim());
  // Around a text field its frame shows it.
  const marks = [node, node.closest(".field, .editing")].filter(Boolean).map((each) => getComputedStyle(each));
  const isMarked = marks.some(({ outlineStyle, boxShadow }) => outlineStyle !== "none" || boxShadow !== "none");
  const { left, top, width, height } = node.getBoundingClientRect();
  const there = node.getRootNode().elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
  return { name, isSeen: isMarked && (node.contains(there) || there?.contains(node)) };
});

const test = base.extend({
  /** A page with a chat, and keys: `press(key, name)` says where the focus is then; `to(name)` and `back(name)` go there with Tab. */
  walk: async ({ mount, page }, use) => {
    await use(async (attributes) => {
      const chat = await mount(attributes);
      await page.evaluate(() => {
        const host = document.querySelector("refinire-chat");
        for (const [place, text] of [["before", "Before"], ["after", "After"]]) host[place](Object.assign(document.createElement("button"), { textContent: text }));
        document.querySelector("button").focus();
      });
      const press = async (key, name) => {
        await page.keyboard.press(key);
        await expect.poll(() => focus(page), `after ${key}`).toEqual({ name, isSeen: true });
      };
      const go = (key) => async (name) => {
        const passed = [];
        for (let at = 0; at < 40 && passed.at(-1) !== name; at += 1) {
          await page.keyboard.press(key);
          const now = await focus(page);
          expect(now.isSeen, `${now.name} is seen`).toBe(true);
          passed.push(now.name);
        }
        expect(passed.at(-1)).toBe(name);
        return passed;
      };
      return Object.assign(chat, { press, to: go("Tab"), back: go("Shift+Tab") });
    });
  },
});

test("a suggestion, a stop, what waits, and the questions that follow", async ({ walk }) => {
  const chat = await walk({ conversations: "", attachments: "", suggestions: '["What is new?", "How do I begin?"]' });
  await expect(chat.page.getByText("How do I begin?")).toBeVisible();
  await expect(chat.page.getByText("Conversations", { exact: true })).toBeVisible();
  expect(await chat.to("After")).toEqual(["Conversations", "New conversation", "Conversation", "What is new?", "How do I begin?", "Attach files", "Your message", "After"]);
  await chat.back("What is new?");
  await chat.press("Enter", "Your message");
  await chat.says(1, "Half of ", "it");
  await expect(chat.text).toContainText("Half");

  await chat.page.keyboard.type("Two");
  await chat.press("Enter", "Your message");
  await chat.page.keyboard.type("Three");
  await chat.press("Enter", "Your message");
  await chat.back("Cancel: Two");
  await chat.press("Enter", "Edit: Three");
  await chat.press("Tab", "Cancel: Three");
  await chat.press("Enter", "Your message");

  await chat.press("Tab", "Stop");
  await chat.press("Enter", "Your message");
  await chat.ended();
  expect(await chat.back("Continue")).toEqual(["Attach files", "Try again", "Continue"]);
  await chat.press("Enter", "Your message");
  await chat.answerTo(2, " and the rest.");
  await chat.ended();
  await expect.poll(() => focus(chat.page)).toEqual({ name: "Your message", isSeen: true });
});

test("what stands under a question and an answer, and inside it", async ({ walk }) => {
  const chat = await walk({ feedback: "" });
  await chat.run((kit) => void (kit.kept.chat.actions = [{ name: "save", label: "Save", run: () => {} }]));
  await chat.to("Your message");
  await chat.page.keyboard.type("One");
  await chat.press("Enter", "Your message");
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)).send(kit.chunk({ reasoning_content: "Hm." })).say("1, see [there](https://a.example/)\n\n```js\nlet a;\n```\n").finish());
  await chat.ended();
  expect(await chat.back("Conversation")).toEqual(["Save", "Bad answer", "Good answer", "Try again", "Copy", "Code, js", "Copy code", "there", "Thoughts", "Edit", "Copy", "Conversation"]);
  await chat.to("Thoughts");
  await chat.press("Enter", "Thoughts");
  await expect(chat.answer.getByText("Hm.")).toBeVisible();
  await chat.to("Good answer");
  await chat.press("Space", "Good answer");
  await expect(chat.answer.getByRole("button", { name: "Good answer", pressed: true })).toBeVisible();
  await chat.to("Save");
  await chat.press("Enter", "Save");

  await chat.back("Try again");
  await chat.press("Enter", "Your message");
  await chat.answerTo(2, "Else");
  await chat.ended();
  await chat.back("Previous version");
  await chat.press("Enter", "Next version");
  await chat.press("Enter", "Previous version");

  await chat.back("Edit");
  await chat.press("Enter", "Edit this message");
  await chat.press("Escape", "Edit");
  await chat.press("Enter", "Edit this message");
  expect(await chat.to("Send")).toEqual(["Cancel", "Send"]);
  await chat.press("Enter", "Your message");
  await chat.run(async (kit) => void (await kit.kept.model.turn(3)).whole(500, '{"error":{"message":"upstream gone"}}'));
  await expect(chat.problem).toBeVisible();
  expect((await chat.back("Details")).slice(-2)).toEqual(["Try again", "Details"]);
  await chat.press("Enter", "Details");
  await expect(chat.problem.getByText(/upstream gone/)).toBeVisible();
  await chat.press("Tab", "Try again");
  await chat.press("Enter", "Your message");
});

test("what gets the focus is not left behind the button that leads to the end", async ({ walk, page }) => {
  await page.setViewportSize({ width: 320, height: 480 });
  const chat = await walk({ feedback: "" });
  await open(chat, ...Array.from({ length: 6 }, (_, at) => [ask(`Question ${at}`), answer("Some lines of text. ".repeat(8))]).flat());
  await expect(chat.answers).toHaveCount(6);
  await chat.log.evaluate((log) => log.scrollTo(0, 0));
  await expect(chat.jump).toBeVisible();
  const button = (name) => chat.answers.nth(2).getByRole("button", { name });
  await button("Good answer").focus();
  const [{ y: place }, { y: now }] = [await chat.jump.boundingBox(), await button("Bad answer").boundingBox()];
  await chat.log.evaluate((log, by) => log.scrollBy(0, by), now - place);
  await chat.press("Tab", "Bad answer");
});

test("the list of conversations", async ({ walk, page }) => {
  const chat = await walk({ conversations: "" });
  await chat.exchange(1, "Cats", "Miaow");
  await chat.back("New conversation");
  await chat.press("Enter", "Your message");
  await chat.exchange(2, "Dogs", "Wuff");
  await chat.back("Conversations");
  await chat.press("Enter", "Conversations");
  const rows = page.locator("nav .row");
  await expect(rows).toHaveCount(2);
  await chat.to("Rename: Cats");
  await chat.press("Enter", "Rename");
  await page.keyboard.type("Kittens");
  await page.keyboard.press("Enter");
  await expect(rows.filter({ hasText: "Kittens" })).toBeVisible();
  await expect.poll(async () => (await focus(page)).name).toMatch(/Kittens/);
  await chat.to("Delete: Kittens");
  await chat.press("Enter", "Undo");
  await expect(rows).toHaveCount(1);
  await chat.press("Enter", "Conversations");
  await expect(rows).toHaveCount(2);
  await chat.to("Rename: Kittens");
  await chat.press("Escape", "Conversations");
  await expect(rows.first()).toBeHidden();
  await chat.press("Enter", "Conversations");
  await chat.to("Rename: Kittens");
  await page.keyboard.press("Shift+Tab");
  await chat.press("Enter", "Your message");
  await expect(chat.questions).toContainText("Cats");
});

test("the launcher", async ({ walk, page }) => {
  const chat = await walk({ launcher: "", open: "" });
  await chat.host.evaluate((host) => (host.open = false));
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await chat.to("After")).toEqual(["Chat", "After"]);
  await chat.back("Chat");
  await chat.press("Enter", "Your message");
  expect(await chat.back("Chat")).toEqual(["Conversation", "Close", "Chat"]);
  await chat.to("Your message");
  await chat.press("Escape", "Chat");
  await chat.press("Enter", "Your message");
  await chat.back("Close");
  await chat.press("Enter", "Chat");
  await expect(page.getByRole("dialog")).toBeHidden();
});
