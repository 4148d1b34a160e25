// A button that opens the chat over a page.
import { expect, test } from "./support/test.mjs";

const partsOf = (page) => ({
  button: page.locator(".launch"),
  panel: page.getByRole("dialog", { name: "Chat" }),
  close: page.getByRole("button", { name: "Close" }),
});

test("the button opens and closes the panel, and the focus goes along", async ({ mount, page }) => {
  const chat = await mount({ launcher: "", open: "" });
  await chat.host.evaluate((host) => host.removeAttribute("open"));
  const { button, panel, close } = partsOf(page);
  await chat.run((kit) => {
    kit.kept.told = [];
    kit.kept.chat.addEventListener("refinire-toggle", ({ detail }) => kit.kept.told.push(detail.open));
  });
  await expect(panel).toBeHidden();
  await expect(button).toHaveAttribute("aria-expanded", "false");
  await button.press("Enter");
  await expect(panel).toBeVisible();
  await expect(button).toHaveAttribute("aria-expanded", "true");
  await expect(chat.host).toHaveAttribute("open", "");
  await expect(chat.question).toBeFocused();
  // Its header is not that of the page.
  await expect(page.getByRole("banner")).toHaveCount(0);

  // An answer goes on while nobody looks.
  await chat.ask("Hello");
  await chat.says(1, "Half, ");
  await expect(chat.text).toContainText("Half");
  await chat.question.press("Escape");
  await expect(panel).toBeHidden();
  await expect(button).toBeFocused();
  await chat.answerTo(1, "whole");
  await button.click();
  await expect(chat.text).toHaveText("Half, whole");
  await close.click();
  await expect(panel).toBeHidden();
  await expect(button).toBeFocused();

  await chat.host.evaluate((host) => host.show());
  await expect(chat.question).toBeFocused();
  await chat.host.evaluate((host) => (host.open = false));
  await expect(panel).toBeHidden();
  expect(await chat.run((kit) => kit.kept.told)).toEqual([true, false, true, false, true, false]);
});

test("on a small screen the panel fills it, and closes when the focus goes elsewhere", async ({ mount, page }) => {
  await page.setViewportSize({ width: 375, height: 640 });
  const chat = await mount({ launcher: "", open: "" });
  const { button, panel } = partsOf(page);
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("button"), { textContent: "Behind" })));
  await chat.host.evaluate((host) => host.show());
  // Until it has come up.
  await expect.poll(() => panel.boundingBox()).toEqual({ x: 0, y: 0, width: 375, height: 640 });
  await expect(button).toBeHidden();
  await chat.question.focus();
  await page.getByText("Behind").focus();
  await expect(panel).toBeHidden();
  await expect(page.getByText("Behind")).toBeFocused();
});

for (const [dir, near] of [["ltr", "right"], ["rtl", "left"]]) {
  test(`it stands at the ${near}, ${dir}`, async ({ mount, page }) => {
    await page.evaluate((direction) => (document.documentElement.dir = direction), dir);
    await mount({ launcher: "", open: "" });
    const { width } = page.viewportSize();
    for (const part of [partsOf(page).button, partsOf(page).panel]) {
      const box = await part.boundingBox();
      const gap = dir === "ltr" ? width - box.x - box.width : box.x;
      expect(gap).toBe(20);
    }
  });
}
