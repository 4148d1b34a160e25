// A <refinire-chat> as its reader sees it.
import { expect } from "@playwright/test";

import { call } from "../../api/support/test.mjs";

export class Chat {
  constructor(page) {
    this.page = page;
    this.host = page.locator("refinire-chat");
    this.question = page.getByLabel("Your message");
    this.send = page.getByRole("button", { name: "Send" });
    this.stop = page.getByRole("button", { name: "Stop" });
    this.log = page.getByRole("log", { name: "Conversation" });
    this.questions = page.getByRole("article", { name: "You" });
    this.answers = page.getByRole("article", { name: "Assistant" });
    this.answer = this.answers.last();
    this.text = this.answer.locator(".text");
    this.problem = page.locator(".problem");
    this.note = page.locator(".note");
    this.jump = page.getByRole("button", { name: "Jump to latest" });
  }

  /** `script(kit, argument)` in the page; both are copied. */
  run(script, argument) {
    return call(this.page, script, argument);
  }

  async ask(text) {
    await this.question.fill(text);
    await this.question.press("Enter");
  }

  /** Until no answer is under way. */
  async ended() {
    await expect(this.stop).toBeHidden();
    await expect(this.page.locator(".live")).toHaveCount(0);
  }

  /** The model says this in answer to its request of that number, one piece a read, and ends. */
  answerTo(number, ...pieces) {
    return this.run(async (kit, [at, texts]) => void (await kit.kept.model.turn(at)).answer(...texts), [number, pieces]);
  }

  /** The same, without an end. */
  says(number, ...pieces) {
    return this.run(async (kit, [at, texts]) => void (await kit.kept.model.turn(at)).say(...texts), [number, pieces]);
  }

  /** Asks, and waits for the answer. */
  async exchange(number, question, ...pieces) {
    await this.ask(question);
    await this.answerTo(number, ...pieces);
    await this.ended();
  }

  /** What was asked in the request of that number, and what had been said before. */
  asked(number) {
    return this.run(async (kit, at) => (await kit.kept.model.turn(at)).body.messages.map(({ role, content }) => [role, content]), number);
  }

  said() {
    return this.run((kit) => kit.said(kit.kept.chat.context));
  }
}
