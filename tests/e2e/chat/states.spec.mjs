// Every state that the element is seen in: by the rules of WCAG 2.2 AA that axe-core can check, and whether it fits a small screen, also with large text.
import { STATES } from "./support/states.mjs";
import { expect, test } from "./support/test.mjs";

// Colours do not depend on the width, nor sizes on the colours.
const LOOKS = [[1280, "light"], [320, "dark"]];

/** By how many pixels anything is wider than its place. */
const tooWide = (chat) => chat.host.evaluate(({ shadowRoot }) =>
  [document.documentElement, ...shadowRoot.querySelectorAll(".chat, .log, .header, .bar, .menu, .menu ul, .queue, .composer, .tray, .attachments")]
    .map((node) => [node.className, node.scrollWidth - node.clientWidth]).filter(([, excess]) => excess > 0));

/** The words that break within buttons, and the titles of which only a few letters are seen. */
const unreadable = (chat) => chat.host.evaluate(({ shadowRoot }) => {
  const range = new Range();
  const isBroken = (text, word) => {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  };
  const brokenIn = (button) => [button, ...button.querySelectorAll("span")].flatMap(({ childNodes }) => [...childNodes])
    .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
    .flatMap((text) => [...text.data.matchAll(/\S+/g)].filter((word) => isBroken(text, word)).map(([word]) => word));
  const isCut = (title) => title.scrollWidth > title.clientWidth && title.clientWidth < 4 * Number.parseFloat(getComputedStyle(title).fontSize);
  const titles = [...shadowRoot.querySelectorAll(".preview")].filter(isCut).map(({ textContent }) => textContent);
  return [...[...shadowRoot.querySelectorAll(".button")].flatMap(brokenIn), ...titles];
});

for (const [name, [attributes, arrange]] of Object.entries(STATES)) {
  test(`axe-core finds nothing, and nothing scrolls sideways or is cut: ${name}`, async ({ mount, page, findings }) => {
    const chat = await mount(attributes);
    await page.evaluate(() => (document.documentElement.style.colorScheme = "light dark"));
    await arrange(chat);
    for (const [width, colorScheme] of LOOKS) {
      await page.setViewportSize({ width, height: 720 });
      await page.emulateMedia({ colorScheme });
      expect.soft(await findings(), `${width} px, ${colorScheme}`).toEqual([]);
      expect.soft(await tooWide(chat), `${width} px`).toEqual([]);
    }
    await page.addStyleTag({ content: "refinire-chat { --refinire-chat-font-size: 32px }" });
    expect(await tooWide(chat), "320 px, with text of 32 px").toEqual([]);
    expect(await unreadable(chat), "320 px, with text of 32 px").toEqual([]);
  });
}
