// The field for the question, and its keys.
import { expect, test } from "./support/test.mjs";

test("Enter sends, nothing empty is sent", async ({ mount }) => {
  const chat = await mount();
  await expect(chat.send).toBeDisabled();
  await chat.question.press("Enter");
  await chat.ask("  \n ");
  await expect(chat.send).toBeDisabled();
  await expect(chat.questions).toHaveCount(0);
  await chat.ask("  Hello ");
  await expect(chat.question).toHaveValue("");
  expect((await chat.asked(1)).at(-1)).toEqual(["user", "Hello"]);
});

test("Shift and Enter start a new line, and the field grows with it, up to a height", async ({ mount }) => {
  const chat = await mount();
  const height = () => chat.page.locator(".field").evaluate(({ clientHeight }) => clientHeight);
  await chat.question.fill("one");
  const one = await height();
  await chat.question.press("Shift+Enter");
  await chat.question.pressSequentially("two");
  await expect(chat.question).toHaveValue("one\ntwo");
  const two = await height();
  expect(two).toBeGreaterThan(one);
  await chat.question.fill("line\n".repeat(100));
  expect(await height()).toBeLessThan(250);
  await chat.question.fill("");
  expect(await height()).toBe(one);
  await expect(chat.questions).toHaveCount(0);
});

test("a click on the frame of the field is one on the field, and leaves the focus there", async ({ mount, page }) => {
  const chat = await mount();
  const frame = page.locator(".field");
  await frame.click({ position: { x: 4, y: 10 } });
  await expect(chat.question).toBeFocused();
  await chat.question.evaluate((field) => field.addEventListener("blur", () => (field.title = "left")));
  await frame.click({ position: { x: 4, y: 10 } });
  await expect(chat.question).not.toHaveAttribute("title");
});

test("Enter that belongs to an input method does not send", async ({ mount }) => {
  const chat = await mount();
  await chat.question.fill("にほ");
  await chat.question.evaluate((field) => {
    const press = (init) => field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }));
    // While it composes; and as Safari has it, after the composition has ended.
    press({ isComposing: true });
    press({ keyCode: 229 });
  });
  await expect(chat.question).toHaveValue("にほ");
  await chat.question.press("Enter");
  await expect(chat.questions).toContainText("にほ");
});

test("Escape stops the answer of the element that has the focus, and of no other", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => document.body.append(document.createElement("button")));
  await chat.ask("Hello");
  await chat.says(1, "Hi ");
  await expect(chat.text).toContainText("Hi");
  await chat.page.locator("body > button").press("Escape");
  await expect(chat.stop).toBeVisible();
  await chat.question.press("Escape");
  await chat.ended();
  await expect(chat.note).toContainText("Stopped");
});

test("a button that goes away leaves the focus in the element", async ({ mount }) => {
  const chat = await mount();
  const focused = () => chat.host.evaluate(({ shadowRoot }) => shadowRoot.activeElement?.getAttribute("part"));
  await chat.question.fill("Hello");
  await chat.send.click();
  await expect.poll(focused).toBe("input");
  await chat.says(1, "Hi");
  await chat.stop.click();
  await chat.ended();
  await expect.poll(focused).toBe("input");
  await chat.page.getByRole("button", { name: "Continue" }).click();
  await expect.poll(focused).toBe("input");
});

test("a disabled element can be read, but not written in", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "Hello", "Hi");
  await chat.host.evaluate((host) => host.setAttribute("disabled", ""));
  await expect(chat.question).toBeDisabled();
  await expect(chat.send).toBeDisabled();
  await expect(chat.page.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await expect(chat.page.getByRole("button", { name: "Edit" })).toHaveCount(0);
  await chat.host.evaluate((host) => host.removeAttribute("disabled"));
  await expect(chat.question).toBeEnabled();
});

test("a disabled field says so, looks so, and says it in the page's words", async ({ mount }) => {
  const chat = await mount({ placeholder: "Ask us" });
  const look = () => chat.page.locator(".field").evaluate((node) => [getComputedStyle(node).cursor, getComputedStyle(node).borderStyle]);
  expect(await look()).toEqual(["text", "solid"]);
  await chat.host.evaluate((host) => host.setAttribute("disabled", ""));
  await expect(chat.question).toHaveAttribute("placeholder", "You cannot write here at the moment");
  expect(await look()).toEqual(["not-allowed", "dashed"]);
  await chat.run((kit) => void (kit.kept.chat.texts = { disabled: "Please sign in" }));
  await expect(chat.question).toHaveAttribute("placeholder", "Please sign in");
  await chat.host.evaluate((host) => host.removeAttribute("disabled"));
  await expect(chat.question).toHaveAttribute("placeholder", "Ask us");
});

test("a long placeholder is shown whole in a narrow chat", async ({ mount }) => {
  const chat = await mount({ placeholder: "Ask anything about our products, orders, deliveries and returns, in any language", style: "width: 320px" });
  const height = () => chat.page.locator(".grow").evaluate(({ clientHeight, scrollHeight }) => [clientHeight, scrollHeight - clientHeight]);
  const [empty, hidden] = await height();
  expect(hidden).toBe(0);
  await chat.question.fill("Hi");
  expect((await height())[0]).toBeLessThan(empty / 2);
});

test("focus() goes to the field", async ({ mount }) => {
  const chat = await mount();
  await chat.host.evaluate((host) => host.focus());
  await expect(chat.question).toBeFocused();
});
