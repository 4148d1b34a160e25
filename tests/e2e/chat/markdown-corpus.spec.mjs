// What models write, as an established parser understands it, and the same however it is cut.
import { marked } from "marked";
import { expect, test } from "./support/test.mjs";
import { answers, readings } from "./support/answers.mjs";

/** In the page: Markdown of these pieces, without what makes ids unique. */
async function prepare(page) {
  await page.evaluate(async () => {
    const [{ Markdown }, { textsWith }] = await Promise.all([import("/chat/markdown/markdown.js"), import("/chat/text/texts.js")]);
    globalThis.rendered = (pieces) => {
      const root = document.createElement("div");
      const markdown = new Markdown(root, { texts: textsWith() });
      for (const piece of pieces) markdown.push(piece);
      markdown.finish();
      return root;
    };
    globalThis.markup = (pieces) => rendered(pieces).innerHTML.replace(/note-\d+/g, "note");
  });
}

/** In the page: what a reader sees of a node's children, without the differences that are meant. */
function shapeOf(root) {
  const blocks = ["DIV", "UL", "OL", "LI", "BLOCKQUOTE", "TABLE", "THEAD", "TBODY", "TR", "SECTION"];
  const names = { DEL: "S", H1: "H3", H2: "H4", H3: "H5", H4: "H6", H5: "H6" };
  const isOurs = root.querySelector(".text") !== null;
  const shape = (node) => {
    const children = [];
    const add = (child) => {
      if (typeof child === "string" && typeof children.at(-1) === "string") children.push(children.pop() + child);
      else children.push(child);
    };
    for (const child of node.childNodes) {
      if (child.nodeType === 3) {
        if (!blocks.includes(node.tagName) || child.data.trim()) add(child.data.replace(/\s+/g, " "));
      } else for (const one of element(child)) add(one);
    }
    const trimmed = children.map((child, at) => {
      if (typeof child !== "string") return child;
      const isBefore = at === 0 || children[at - 1][0] === "BR";
      const isLast = at === children.length - 1 || ["BR", "UL", "OL", "P", "PRE", "BLOCKQUOTE", "TABLE"].includes(children[at + 1][0]);
      return (isLast ? (text) => text.trimEnd() : (text) => text)(isBefore ? child.trimStart() : child);
    });
    return trimmed.filter((child) => child !== "");
  };
  const element = (node) => {
    if (node.matches("button, figcaption")) return [];
    if (node.matches(".math, .table, .text, figure, figure > div")) return shape(node);
    if (node.matches(".task, input")) return [node.checked || node.textContent === "☑" ? "☑" : "☐"];
    if (!isOurs && node.matches("li > p:first-child")) return shape(node);
    if (node.matches("pre")) return [["PRE", node.textContent.replace(/\n$/, "")]];
    const attributes = ["href", "title", "start"].map((name) => node.getAttribute(name) ?? "");
    const align = node.getAttribute("align") ?? node.dataset.align ?? "";
    return [[isOurs ? node.tagName : (names[node.tagName] ?? node.tagName), ...[...attributes, align].filter(Boolean), ...shape(node)]];
  };
  return shape(root);
}

test("a model's answers have the structure that marked gives them", async ({ mount }) => {
  const { page } = await mount();
  await prepare(page);
  for (const [name, text] of Object.entries(answers)) {
    const html = marked.parse(text, { gfm: true, breaks: true });
    const [ours, theirs] = await page.evaluate(([text, html, source]) => {
      const shapeOf = new Function(`return ${source}`)();
      const one = document.createElement("div");
      const root = one.appendChild(rendered([text]));
      root.className = "text";
      return [shapeOf(one), shapeOf(new DOMParser().parseFromString(`<div>${html}</div>`, "text/html").body.firstChild)];
    }, [text, html, shapeOf.toString()]);
    expect([name, ours]).toEqual([name, theirs]);
  }
});

test("what CommonMark leaves open or reads differently has the structure that is meant", async ({ mount }) => {
  const { page } = await mount();
  await prepare(page);
  for (const [text, expected] of Object.entries(readings)) {
    const made = await page.evaluate((text) => {
      const root = rendered([text]);
      for (const node of root.querySelectorAll("button, figcaption")) node.remove();
      for (const node of root.querySelectorAll("*")) for (const { name } of [...node.attributes]) if (!["href", "title", "data-align"].includes(name)) node.removeAttribute(name);
      return root.innerHTML.replace(/\n|\t/g, "").replace(/note-\d+/g, "note");
    }, text);
    expect([text, made]).toEqual([text, expected]);
  }
});

test("an answer is the same whether it comes whole, letter by letter, or in two pieces cut anywhere", async ({ mount }) => {
  const { page } = await mount();
  await prepare(page);
  for (const text of [...Object.values(answers), ...Object.keys(readings)]) {
    const different = await page.evaluate((text) => {
      const whole = markup([text]);
      const cuts = [...text].map((_, at) => [text.slice(0, at), text.slice(at)]);
      return [[...text], text.match(/[^]{1,7}/g), ...cuts].filter((pieces) => markup(pieces) !== whole).map((pieces) => pieces[0]);
    }, text);
    expect([text, different]).toEqual([text, []]);
  }
});

test("what is shown is not touched again: nodes are only added while paragraphs, lists and code grow", async ({ mount }) => {
  const { page } = await mount();
  await prepare(page);
  for (const name of ["steps", "loose", "quotes", "headings"]) {
    const removed = await page.evaluate(async (text) => {
      const { Markdown } = await import("/chat/markdown/markdown.js");
      const root = document.createElement("div");
      const seen = [];
      const observer = new MutationObserver((records) => seen.push(...records));
      observer.observe(root, { childList: true, subtree: true });
      const markdown = new Markdown(root, { texts: { footnote: "" } });
      for (const letter of text) markdown.push(letter);
      markdown.finish();
      seen.push(...observer.takeRecords());
      return seen.flatMap(({ removedNodes }) => [...removedNodes]).map(({ textContent }) => textContent);
    }, answers[name]);
    expect([name, removed]).toEqual([name, []]);
  }
});

// The worst that is known of each kind, of 50 KB: nothing takes time with the square of its length, and nothing is nested without end.
const LONG = [
  "[", "[a](x", "[a](<", "![a](https://a.example \"", "*_", "**b*", "*a **b* ", "`", "`a``b```c", "> ", "- ", "# ", "#", " ", "\t", "\\[", "\\(", "$$ ", "$a ", "&a", "<a", "<br ", "http",
  "https://a.example/", "[^a]", "[^1]: x\n", "| a | b\n", "a|b\n-|-\n", "|\n", "```\n", "> a\n", "- a\n", "1. a\n\n", "*a\n", "~~a ", ")", "(", "\n", "a\n", "- [ ] a\n", "|a", "\u05d0 ",
];

test("50 KB of anything are shown in time, and not deeper than in any honest text", async ({ mount }) => {
  const { page } = await mount();
  await prepare(page);
  for (const piece of LONG) {
    const [deepest, isSame] = await page.evaluate((piece) => {
      const depthOf = (node) => (node.parentNode ? 1 + depthOf(node.parentNode) : 0);
      const text = `${piece.repeat(50_000 / piece.length)}end`;
      const root = rendered([text]);
      const pieces = text.match(/[^]{1,100}/g);
      return [Math.max(0, ...Array.from(root.querySelectorAll("*"), depthOf)), root.innerHTML.replace(/note-\d+/g, "") === rendered(pieces).innerHTML.replace(/note-\d+/g, "")];
    }, piece);
    expect([piece, deepest < 60, isSame]).toEqual([piece, true, true]);
  }
});
