// The guide as its reader sees it.
import { expect } from "@playwright/test";

const textOf = (locator) => locator.evaluate((node) => node.textContent);

class Sample {
  constructor(page, name) {
    this.figure = page.locator("figure.sample").filter({ has: page.getByRole("link", { name, exact: true }) });
    this.link = this.figure.getByRole("link", { name, exact: true });
    this.code = this.figure.locator("pre code");
    this.run = this.figure.getByRole("button", { name: `Run ${name}` });
    this.stop = this.figure.getByRole("button", { name: `Stop ${name}` });
    this.state = this.figure.locator(".state");
    this.output = this.figure.getByRole("group", { name: "Output" });
  }

  pane(title) {
    return this.figure.getByRole("group", { name: title, exact: true });
  }

  async runToEnd() {
    await this.run.click();
    await expect(this.state).toHaveText("Finished");
  }

  /** Exactly as it stands there, blanks and line ends included. */
  printed() {
    return textOf(this.output.last());
  }

  printedIn(title) {
    return textOf(this.pane(title));
  }
}

export class Guide {
  constructor(page) {
    this.page = page;
    this.figures = page.locator("figure.sample");
    this.contents = page.getByRole("navigation", { name: "Streaming, in JavaScript" });
    /** What the page has sent to a model: { url, body }. */
    this.asked = [];
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith("/api/")) this.asked.push({ url: request.url(), body: request.postDataJSON() });
    });
  }

  async open() {
    await this.page.goto("/guide.html");
    // Each has its code, the last of which comes when it comes.
    await expect(this.page.locator("figure.sample:not(:has(pre))")).toHaveCount(0);
  }

  sample(name) {
    return new Sample(this.page, name);
  }

  names() {
    return this.page.locator("figure.sample[data-run] figcaption a").allTextContents();
  }

  tooWide() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }
}
