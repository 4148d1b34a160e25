// What a model writes, as it is shown: Markdown that is cut anywhere, and never anything but text and a few elements.
import { bareAddress, linkTarget } from "../../../www/chat/link.js";
import { expect, test } from "./support/test.mjs";

test("a link leads to https, http or mailto, and nowhere else", () => {
  const led = {
    "https://example.com/a b": undefined,
    "https://example.com/a?b=c#d": "https://example.com/a?b=c#d",
    "HTTP://EXAMPLE.com": "http://example.com/",
    "mailto:a@example.com": "mailto:a@example.com",
    "<https://example.com/>": "https://example.com/",
    'https://example.com/ "a title"': "https://example.com/",
    "javascript:alert(1)": undefined,
    " JaVaScRiPt:alert(1)": undefined,
    "java\tscript:alert(1)": undefined,
    "java\nscript:alert(1)": undefined,
    "\u0001javascript:alert(1)": undefined,
    "data:text/html,<script>alert(1)</script>": undefined,
    "vbscript:x": undefined,
    "file:///etc/passwd": undefined,
    "blob:https://example.com/1": undefined,
    "//example.com": undefined,
    "/relative": undefined,
    "#here": undefined,
    "https://example.com@evil.example/": undefined,
    "": undefined,
  };
  expect(Object.fromEntries(Object.keys(led).map((text) => [text, linkTarget(text)]))).toEqual(led);
});

test("an address in a sentence ends where the sentence goes on", () => {
  const addresses = { "https://a.example/b.": "https://a.example/b", "https://a.example/b),": "https://a.example/b", "https://a.example/b_(c)": "https://a.example/b_(c)", "https://a.example/?!": "https://a.example/" };
  expect(Object.fromEntries(Object.keys(addresses).map((text) => [text, bareAddress(text)]))).toEqual(addresses);
});

/** An answer's elements without what is for style and ears. */
const shown = (chat) => chat.text.evaluate((text) => {
  const clone = text.cloneNode(true);
  for (const node of clone.querySelectorAll("button")) node.remove();
  for (const node of clone.querySelectorAll(".math")) node.replaceWith(...node.childNodes);
  for (const node of clone.querySelectorAll("*")) {
    for (const { name } of [...node.attributes]) if (!["href", "target", "rel", "src", "start"].includes(name)) node.removeAttribute(name);
  }
  return clone.innerHTML;
});

/** The answer that this text makes, in these pieces. */
async function answered(chat, pieces) {
  await chat.run(async (kit, pieces) => {
    const agent = { context: kit.memory(), runStreamed: (question, { callback }) => {
      const told = pieces.reduce((before, piece) => before.then(() => callback(piece)), Promise.resolve());
      return { result: told.then(() => ({ text: pieces.join(""), finishReason: "stop" })), cancel: async () => {} };
    } };
    kit.kept.chat.agent = agent;
    await kit.kept.chat.send("?");
    await kit.settled();
  }, pieces);
  return shown(chat);
}

const LINK = 'target="_blank" rel="noopener noreferrer"';
const CASES = {
  "**bold** *it* __b__ _i_ ~~s~~ `c`": "<p><strong>bold</strong> <em>it</em> <strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>",
  "snake_case_name and a_b, 5 * 3 * 2": "<p>snake_case_name and a_b, 5 * 3 * 2</p>",
  "not *closed\n\nnor `this\n\nnor **that": "<p>not *closed</p>\n<p>nor `this</p>\n<p>nor **that</p>",
  "# One\n\n### Three": "<h3>One</h3>\n<h5>Three</h5>",
  "- a\n- b\n  - c\n\n3. d": "<ul><li>a</li>\n<li>b<ul><li>c</li>\n</ul>\n</li>\n</ul>\n<ol start=\"3\"><li>d</li>\n</ol>",
  "- [x] done\n- [ ] open": "<ul><li><span>☑</span> done</li>\n<li><span>☐</span> open</li>\n</ul>",
  "> said\n> so": "<blockquote><p>said<br>so</p>\n</blockquote>",
  "| a | b |\n| - | - |\n| 1 | `2` |\n": "<div><table><thead><tr><th>a</th>\t<th>b</th>\t</tr>\n</thead><tbody><tr><td>1</td>\t<td><code>2</code></td>\t</tr>\n</tbody></table></div>\n",
  "```js\nlet a = 1;\n\nb();\n```\nend": "<figure><div><figcaption>js</figcaption></div><pre><code>let a = 1;\n\nb();</code></pre></figure>\n<p>end</p>\n",
  "$5, $HOME and $x$; \\(a\\) or \\[b\\]": "<p>$5, $HOME and $x$; \\(a\\) or \\[b\\]</p>\n",
  "[a](https://a.example \"t\") and https://b.example/c.": `<p><a href="https://a.example/" ${LINK}>a</a> and <a href="https://b.example/c" ${LINK}>https://b.example/c</a>.</p>\n`,
  "[a](javascript:alert(1)) [b] [c](/d)": "<p>[a](javascript:alert(1)) [b] [c](/d)</p>\n",
  "Look! ![a cat](https://a.example/c.png) !": `<p>Look! <a href="https://a.example/c.png" ${LINK}>a cat</a> !</p>\n`,
  "a\r\nb": "<p>a<br>b</p>\n",
  "<b>x</b> <br> & &amp;": "<p>&lt;b&gt;x&lt;/b&gt; <br> &amp; &amp;</p>\n",
};

test("Markdown becomes elements, the same however it is cut", async ({ mount }) => {
  const chat = await mount();
  const expected = Object.values(CASES).map((html) => html.replace(/([^\n])$/, "$1\n"));
  const made = { whole: [], letters: [], halves: [] };
  for (const text of Object.keys(CASES)) {
    made.whole.push(await answered(chat, [text]));
    made.letters.push(await answered(chat, [...text]));
    made.halves.push(await answered(chat, [text.slice(0, text.length / 2), text.slice(text.length / 2)]));
  }
  expect(made.whole).toEqual(expected);
  expect(made.letters).toEqual(expected);
  expect(made.halves).toEqual(expected);
});

test("pictures are loaded only where that is allowed", async ({ mount }) => {
  const asked = [];
  const chat = await mount();
  await chat.page.route("https://a.example/**", (route) => {
    asked.push(route.request().url());
    return route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg"/>' });
  });
  await answered(chat, ["![a](https://a.example/1.png)"]);
  expect(asked).toEqual([]);
  const open = await mount({ images: "" });
  expect(await answered(open, ["![a](https://a.example/2.png) ![b](javascript:x) ![c](mailto:c@a.example)"])).toContain('<img src="https://a.example/2.png"> ![b](javascript:x) <a');
  await expect.poll(() => asked).toEqual(["https://a.example/2.png"]);
});

const HOSTILE = [
  "<script>globalThis.stolen = 1</script>",
  "<img src=x onerror='globalThis.stolen = 1'>",
  "<svg/onload=globalThis.stolen=1><iframe srcdoc='<script>parent.stolen=1</script>'>",
  "<style>*{display:none}</style><base href=//evil.example><meta http-equiv=refresh content=0>",
  "<a href=javascript:globalThis.stolen=1>x</a><form action=//evil.example><input autofocus onfocus=stolen=1>",
  "[x](javascript:globalThis.stolen=1) [x](JAVASCRIPT&colon;stolen=1) [x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](javascript://%0aalert(1)) [\u202egnp.exe](https://a.example) <javascript:stolen=1>",
  "[x](https://a.example\" onclick=\"stolen=1) [x](https://a.example' style='position:fixed)",
  "![x](x\" onerror=\"stolen=1) ![](https://evil.example/pixel.png) ![x][y]\n\n[y]: https://evil.example/pixel.png",
  "```\"><script>stolen=1</script>\n</code></pre><script>stolen=1</script>\n```",
  "```__proto__\nx\n```\n\n```constructor\ny\n```",
  "`</code><script>stolen=1</script>` | <td onclick=stolen=1> |\n| --- |\n| <script>stolen=1</script> |",
  "$$\n\\href{javascript:stolen=1}{x}\n$$ \\(<script>stolen=1</script>\\) $<img src=x onerror=stolen=1>$",
  "\u0000\u0001\u0008\u000b\u001b[31m\ufeff\ufffe\ud800 lone \udc00",
  `${"> ".repeat(3000)}deep`,
  `${"- ".repeat(3000)}deep`,
  Array.from({ length: 200 }, (_, at) => `${"  ".repeat(at)}- item ${at}`).join("\n"),
  `${"*_".repeat(3000)}deep`,
  `${"[".repeat(5000)}open`,
  `[a](${"x".repeat(50_000)}`,
  `![${"x".repeat(50_000)}`,
  `| ${"a | ".repeat(3000)}`,
  `${"`".repeat(5000)}ticks`,
  `${"#".repeat(5000)} heading`,
  `${"\n".repeat(5000)}end`,
  "a".repeat(50_000),
  `**${"b*".repeat(3000)}`,
  "\u202e\u2066\u200f".repeat(500),
  "Z\u0351\u036b".repeat(500),
];

test("nothing hostile runs, loads, escapes, freezes or gets lost", async ({ mount, page }) => {
  const foreign = [];
  page.on("request", (request) => {
    if (new URL(request.url()).hostname !== "127.0.0.1") foreign.push(request.url());
  });
  const chat = await mount();
  for (const [at, text] of HOSTILE.entries()) {
    await answered(chat, text.match(/[^]{1,500}/g));
    const found = await chat.host.evaluate(({ shadowRoot }) => {
      const answer = [...shadowRoot.querySelectorAll(".answer")].at(-1);
      const allowed = ["p", "br", "em", "strong", "s", "code", "pre", "a", "ul", "ol", "li", "blockquote", "hr", "table", "thead", "tbody", "tr", "th", "td",
        "h3", "h4", "h5", "h6", "span", "div", "figure", "figcaption", "button", "svg", "use", "path"];
      const nodes = [...answer.querySelectorAll(".text *")];
      return {
        strange: nodes.filter(({ localName }) => !allowed.includes(localName)).map(({ localName }) => localName),
        handlers: nodes.flatMap(({ attributes }) => [...attributes]).filter(({ name }) => name.startsWith("on") || name === "style" || name === "id").map(({ name }) => name),
        links: nodes.filter(({ localName }) => localName === "a").map(({ href, rel }) => [new URL(href || "https:x").protocol, rel]).filter(([protocol, rel]) => !["https:", "http:"].includes(protocol) || !rel.includes("noopener")),
        ids: nodes.filter(({ id }) => id).length,
        letters: answer.querySelector(".text").textContent.replace(/[^a-z]/g, ""),
      };
    });
    expect({ at, ...found, letters: undefined }).toEqual({ at, strange: [], handlers: [], links: [], ids: 0, letters: undefined });
    // Every word of it is there to be read, but for what is only a link's address or a language.
    const words = text.replace(/\]\(https?:[^)]*\)/g, "").replace(/^```\w*|<br>/gm, "").replace(/[^a-z]/g, "");
    expect([at, found.letters.length >= words.length - 8]).toEqual([at, true]);
  }
  expect(await page.evaluate("globalThis.stolen")).toBe(undefined);
  expect(foreign).toEqual([]);
  // It still works.
  expect(await answered(chat, ["fine"])).toBe("<p>fine</p>\n");
});

test("a question is text, whatever it is", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("<img src=x onerror=stolen=1> **not bold**\n[x](https://a.example)");
  await expect(chat.questions.locator(".bubble")).toHaveText("<img src=x onerror=stolen=1> **not bold** [x](https://a.example)");
  expect(await chat.questions.locator(".bubble").evaluate((node) => node.querySelectorAll("img, strong, a").length)).toBe(0);
});
