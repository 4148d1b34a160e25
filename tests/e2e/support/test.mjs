// Playwright's test, with the chat page opened, and failing on whatever a page complains of.
import { expect, test as base } from "@playwright/test";

import { Chat } from "./chat.mjs";
import { reusing } from "./reusing.mjs";
import { ScriptedModel } from "./scripted-model.mjs";

export { expect };

export const test = base.extend({
  ...reusing,

  /** What a test provokes, and may therefore be complained of. */
  expectedComplaints: [[], { option: true }],

  complaints: [async ({ page, expectedComplaints }, use) => {
    const complaints = [];
    const note = (words) => {
      if (!expectedComplaints.some((pattern) => pattern.test(words))) complaints.push(words);
    };
    // Violations of the content security policy are console errors, unhandled rejections page errors.
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") note(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => note(String(error)));
    await use(complaints);
    expect(complaints, "what the page complained of").toEqual([]);
  }, { auto: true }],

  chat: async ({ page }, use) => {
    const chat = new Chat(page);
    await chat.open();
    await use(chat);
  },

  /** Chosen in the page's settings as the visitor's own. */
  model: async ({ chat }, use) => {
    const model = new ScriptedModel();
    await model.start();
    await chat.useModelAt(model.baseUrl);
    await use(model);
    await model.stop();
  },
});
