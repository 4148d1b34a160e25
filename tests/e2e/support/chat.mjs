// The chat page as its visitor sees it.
import { expect } from "@playwright/test";

import { answers } from "../../../www/server/answers.mjs";

/** What the stand-in says, by name. */
export const said = Object.fromEntries(answers.map(({ name, text }) => [name, text]));

export class Chat {
  constructor(page) {
    this.page = page;
    this.question = page.getByLabel("Your question");
    this.send = page.getByRole("button", { name: "Send" });
    this.stop = page.getByRole("button", { name: "Stop" });
    this.latest = page.getByRole("button", { name: "Latest" });
    this.questions = page.locator(".question .text");
    this.answers = page.locator(".answer");
    this.answer = this.answers.last();
    this.answerText = this.answer.locator(".text");
    this.problem = this.answer.locator(".problem");
  }

  async open() {
    await this.page.goto("/");
    await this.ready();
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  async ready() {
    await expect(this.question).toBeEnabled();
  }

  async ask(question) {
    await this.question.fill(question);
    await this.question.press("Enter");
    await expect(this.questions.last()).toHaveText(question);
  }

  /** Until the answer has ended, in whatever way. */
  async ended() {
    await expect(this.stop).toBeHidden();
    await expect(this.page.locator("[aria-busy]")).toHaveCount(0);
  }

  async askAndWait(question) {
    await this.ask(question);
    await this.ended();
  }

  /** Exactly as it stands in the page, blanks and line ends included. */
  text() {
    return this.answerText.evaluate((node) => node.textContent);
  }

  figure(label) {
    return this.answer.locator(`[data-figure="${label}"] dd`);
  }

  async useModelAt(baseUrl) {
    const field = this.page.getByLabel("Base URL");
    if (!(await field.isVisible())) await this.page.getByText("Your own model").click();
    await field.fill(baseUrl);
  }

  /** Until exactly this stands in the last answer. */
  async shows(text) {
    await expect.poll(() => this.text()).toBe(text);
  }

  async chooseFormat(label) {
    await this.page.getByRole("radio", { name: label }).check();
  }
}
