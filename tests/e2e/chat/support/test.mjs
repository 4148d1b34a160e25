// Playwright's test with a page that holds a <refinire-chat>, whose model says what a test has it say.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test as base } from "../../api/support/test.mjs";
import { load, openBlank } from "../../api/support/test.mjs";
import { reusing } from "../../support/reusing.mjs";
import { Chat } from "./chat.mjs";

export { expect };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const AXE = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], rules: { "target-size": { enabled: true } } };

export const test = base.extend({
  ...reusing,

  /** Also what the browser complains of in its console: a policy that is violated, a thing that was not found. */
  warnings: [async ({ page, expectedComplaints }, use) => {
    const warnings = [];
    page.on("console", (message) => {
      const text = message.text();
      if (["error", "warning"].includes(message.type()) && !expectedComplaints.some((pattern) => pattern.test(text))) warnings.push(text);
    });
    await use(warnings);
    expect(warnings, "what the console says").toEqual([]);
  }, { auto: true }],

  /** `mount(attributes)` puts one into the page, with `kit.kept.model` behind it. */
  mount: async ({ page }, use) => {
    await openBlank(page);
    await load(page);
    await page.evaluate('import("/pkg/chat.js")');
    await use(async (attributes = {}, agentOptions = {}) => {
      const chat = new Chat(page);
      await chat.run((kit, [given, options]) => {
        const made = document.createElement("refinire-chat");
        for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
        kit.kept.model = kit.model();
        made.agent = kit.agent(kit.kept.model, options);
        document.querySelector("refinire-chat")?.remove();
        document.body.append(made);
        kit.kept.chat = made;
      }, [attributes, agentOptions]);
      await expect(chat.host.getByRole("textbox")).toBeVisible();
      return chat;
    });
  },

  /** What axe-core finds to break WCAG 2.2 AA. */
  findings: async ({ page }, use) => {
    await use(async () => {
      // Half faded in, a text has too little contrast.
      await page.evaluate(() => {
        const transitions = document.querySelector("refinire-chat").shadowRoot.getAnimations().filter((animation) => animation instanceof CSSTransition);
        return Promise.allSettled(transitions.map(({ finished }) => finished)).then(() => {});
      });
      await page.evaluate(axe);
      const { violations } = await page.evaluate((options) => globalThis.axe.run(document.querySelector("refinire-chat"), options), AXE);
      return violations.map(({ id, nodes }) => [id, nodes.map(({ target, failureSummary }) => [target, failureSummary])]);
    });
  },
});
