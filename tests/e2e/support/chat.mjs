// The demo's chat page as its visitor sees it: the chat element, and the settings beside it.
import { expect } from "@playwright/test";

import { answers } from "../../../www/server/answers.mjs";
import { Chat as ChatElement } from "../chat/support/chat.mjs";

/** What the stand-in says, by name. */
export const said = Object.fromEntries(answers.map(({ name, text }) => [name, text]));

/** What is left of a text however its Markdown is shown. */
const letters = (text) => text.replace(/[^\p{L}]/gu, "");

export class Chat extends ChatElement {
  async open() {
    await this.page.goto("/");
    await this.ready();
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  /** With an agent, and the conversation loaded. */
  async ready() {
    await expect.poll(() => this.page.evaluate(() => {
      const chat = document.querySelector("refinire-chat");
      return Boolean(chat.agent && chat.context);
    })).toBe(true);
    await expect(this.question).toBeEnabled();
  }

  async ask(question) {
    await super.ask(question);
    await expect(this.questions.last()).toContainText(question);
  }

  async askAndWait(question) {
    await this.ask(question);
    await this.ended();
  }

  /** The last answer as the conversation has it, in Markdown. */
  content() {
    return this.page.evaluate(() => document.querySelector("refinire-chat").context.messages.findLast(({ role }) => role === "assistant")?.content);
  }

  /** Until exactly this is the last answer, and is on the page. */
  async shows(text) {
    await expect.poll(() => this.content()).toBe(text);
    // The last character may still be held back: it decides what the one before it means.
    const [all, some] = [letters(text), letters(text.slice(0, -1))];
    await expect.poll(async () => [all, some].includes(letters((await this.text.allTextContents()).join("")))).toBe(true);
  }

  async useModelAt(baseUrl) {
    const field = this.page.getByLabel("Base URL");
    if (!(await field.isVisible())) await this.page.getByText("Your own model").click();
    await field.fill(baseUrl);
  }

  async chooseFormat(label) {
    await this.page.getByRole("radio", { name: label }).check();
  }
}
