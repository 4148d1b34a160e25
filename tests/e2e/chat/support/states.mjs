// The states that the element is seen in: by name, its attributes, and what brings it there.
import { Buffer } from "node:buffer";
import { expect } from "@playwright/test";

import { serveVendor } from "./vendor.mjs";

// Squares in two colours.
const PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAUAAAACgCAMAAABKfUWuAAAABlBMVEXIPFooUL44gUvQAAABBUlEQVR42u3SwQkAAAgDMd1/aVfoTyhxgIMGZ8Lb8PQMBggQoB5AgAAB6gEECBCgHkCAAAECBAgQIECAAAECBAgQIECAAAECBAgQIECABgMECBCgwQB/emB8FkCAAAECBAgQIECAAAECBAgQIECAAA0GCBAgQIMBAgQI0GCAAAHqGQwQIEA9gAABAtQDCBBgByAYnwoQIECDAQIECNBggAAB6hkMECBAPYAAAQLUAwgQIEA9gAABAgQIECBAgAABAgQIECBAgAABdvTA+CyAAAECBAgQIECAAAECBAgQIECAAAEaDBAgQIAGAwQIEKDBAAEC1DMYIECAegABAgSoBxAgwIreAVSOZAFeDowOAAAAAElFTkSuQmCC";

export const LONG = `## How to install it

Use \`npm install refinire-web\`, then read [the guide](https://a.example/). It takes **a minute**, and *no build step*.

1. **Install** the package:

   \`\`\`bash
   npm install refinire-web
   \`\`\`

2. Write a function[^1]:

   \`\`\`python
   def area(r):
       if r < 0:
           raise ValueError("negative")  # a comment that is long enough to go on beyond the right side of the box it is in
       return 3.14 * r ** 2
   \`\`\`

   It raises for negative numbers.
   - from a script
   - from a test
     1. deep
     2. deeper

### What is done

- [x] Read the files
- [ ] Write the **tests**
  - [x] nested

> **Note**: a quote of two lines, the second of which is a list:
> - with an item

#### A table

| Name | Left | Middle | Amount |
|------|:-----|:------:|-------:|
| \`area\` | a few words | **yes** | 1,200 |
| volume | [a link](https://a.example/) | ~~no~~ | 30 |

| Option | What it does, in many words | Default |
| --- | --- | --- |
| \`conversation\` | The name under which the conversation is stored, so that it is there again after a reload | none |
| \`model\` | The model that answers | the provider's |

The circle has $A = \\pi r^2$, and in general:

$$
\\int_0^1 x^2 \\, dx = \\frac{1}{3}
$$

---

That is all, see https://a.example/${"long/".repeat(12)}.

[^1]: A footnote, with \`code\`.
`;

const message = (role, content, more) => ({ role, content, timestamp: "2020-01-02T03:04:05.000Z", metadata: {}, ...more });
export const answer = (content, more) => message("assistant", content, more);
export const ask = (content, more) => message("user", content, more);

/** Shows a conversation of these messages. */
export const open = (chat, ...messages) => chat.run((kit, messages) => {
  kit.kept.chat.context = kit.refinire.Context.fromJSON({ ...kit.memory().toJSON(), messages }, { storage: "memory" });
}, messages);

const SHORT = [ask("Hi"), answer("Hello! How can I help?"), ask("What is 2 + 2?"), answer("4"), ask("Thanks"), answer("You are welcome.")];
const short = async (chat) => {
  await open(chat, ...SHORT);
  await expect(chat.text).toHaveText("You are welcome.");
};

const choose = (chat, ...files) => chat.page.locator("refinire-chat input[type=file]").setInputFiles(files);
const picture = { name: "cat.png", mimeType: "image/png", buffer: Buffer.from(PICTURE, "base64") };
const paper = { name: `The minutes of the meeting in March, second version, ${"long".repeat(20)}.pdf`, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4 a paper") };
const archive = { name: "files.zip", mimeType: "application/zip", buffer: Buffer.from("PK") };

const failed = (status, body = {}, headers = {}) => async (chat) => {
  await short(chat);
  await chat.ask("What is new?");
  await chat.run(async (kit, [status, body, headers]) => void (await kit.kept.model.turn(1)).whole(status, JSON.stringify(body), headers), [status, body, headers]);
  await expect(chat.problem).toBeVisible();
};

const streaming = async (chat) => {
  await open(chat, ...SHORT.slice(0, 2));
  await chat.ask("Tell me a story");
  await chat.says(1, "Once upon a time there was ", "a *piece* of text, and it was ");
  await expect(chat.text).toContainText("and it was");
};

async function stopped(chat) {
  await streaming(chat);
  await chat.stop.click();
  await expect(chat.note).toBeVisible();
}

const menu = (chat) => chat.page.getByText("Conversations", { exact: true });

const listed = async (chat) => {
  await chat.run(async (kit) => {
    for (let at = 0; at < 9; at += 1) {
      const context = new kit.refinire.Context({ id: `c${at}` });
      context.addUserMessage(`Question ${at}${at % 3 ? "" : ", which is a long one and goes on behind the right side"}`);
      context.addAssistantMessage("Noted.");
      await context.save();
      context.free();
    }
  });
  await chat.exchange(1, "The one that is shown", "Yes");
  await menu(chat).click();
  await expect(chat.page.locator("nav .row")).toHaveCount(10);
};

async function answered(chat) {
  await chat.run((kit) => {
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 16 16");
    icon.append(document.createElementNS("http://www.w3.org/2000/svg", "circle"));
    for (const name of ["cx", "cy", "r"]) icon.firstChild.setAttribute(name, name === "r" ? 5 : 8);
    kit.kept.chat.actions = [{ name: "save", label: "Save", icon, run: () => {} }, { name: "share", label: "Share it", run: () => {} }];
  });
  await short(chat);
  await chat.ask("And then?");
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)).say("Then it ", "is done, ", "all of it.").send(kit.ending(), kit.counting(1200, 7), kit.DONE).close());
  await chat.ended();
  await chat.answer.getByRole("button", { name: "Good answer" }).click();
}

export const STATES = {
  "empty": [{ greeting: "What would you like to know?", suggestions: JSON.stringify(["What is new?", "How do I begin?", "A longer question that needs more room than the others have on a small screen"]), attachments: "" },
    (chat) => expect(chat.page.getByRole("group", { name: "Suggestions" })).toBeVisible()],
  "short": [{}, short],
  "long": [{}, async (chat) => {
    await serveVendor(chat.page);
    await chat.run(async (kit) => {
      const [highlighting, hljs, typesetting, katex] = await Promise.all(["/pkg/chat/highlight.js", "/hljs.js", "/pkg/chat/math.js", "/katex.js"].map((path) => import(path)));
      kit.kept.chat.highlight = highlighting.highlight(hljs.default);
      kit.kept.chat.math = typesetting.math(katex.default);
    });
    await open(chat, ask("How do I install it?"), answer(LONG));
    await expect(chat.answer.locator("math")).toHaveCount(2);
    // What is far from the visible part is not highlighted yet.
    await chat.log.evaluate((log) => log.scrollTo(0, 0));
    await expect(chat.answer.locator(".hljs-keyword").first()).toBeAttached();
  }],
  "waiting": [{}, async (chat) => {
    await short(chat);
    await chat.ask("Are you there?");
    await expect(chat.answer.locator(".dots")).toBeVisible();
  }],
  "streaming": [{ counts: "" }, streaming],
  "queue": [{ attachments: "" }, async (chat) => {
    await streaming(chat);
    await choose(chat, picture);
    await chat.ask("And then what happened?");
    await chat.ask("One more question, which is rather long and does not fit into a line of a small screen");
    await chat.question.fill("A draft");
    await expect(chat.page.locator(".queue li")).toHaveCount(2);
  }],
  "queue that is held": [{}, async (chat) => {
    await streaming(chat);
    await chat.ask("And then?");
    await chat.run(async (kit) => void (await kit.kept.model.turn(1)).break(new TypeError("gone")));
    await expect(chat.page.getByRole("button", { name: "Send now" })).toBeVisible();
  }],
  "attachments": [{ attachments: "", speech: "" }, async (chat) => {
    await short(chat);
    await choose(chat, picture, paper, archive);
    await expect(chat.page.locator(".hint")).toBeVisible();
    await expect(chat.page.locator(".tray img")).toBeVisible();
  }],
  "attachments of a question": [{ attachments: "" }, async (chat) => {
    await choose(chat, picture, paper);
    await chat.ask("What is this?");
    await chat.answerTo(1, "A picture and a paper.");
    await chat.ended();
    await expect(chat.questions.locator(".attachment img")).toBeVisible();
  }],
  "sources and files": [{}, async (chat) => {
    const sources = [{ url: "https://a.test/", title: "The first source, with a title that is long enough to need more than one line on a small screen" }, { url: "https://b.test/" }, { title: "A book" }];
    const files = [{ mediaType: "image/png", data: PICTURE, name: "chart.png" }, { mediaType: "text/csv", data: "YSxi", name: "a table of the results.csv" }, { mediaType: "image/png", name: "gone.png" }];
    await open(chat, ask("Who says so?"), answer("They all say so.", { sources, files }));
    await expect(chat.answer.locator("canvas")).toBeVisible();
  }],
  "below an answer": [{ feedback: "", "read-aloud": "", figures: "" }, answered],
  "tools and thoughts": [{}, async (chat) => {
    const toolCalls = [{ id: "c", name: "weather", input: { city: "Berlin" }, inputText: '{"city":"Berlin"}' }];
    await open(chat, ask("Will it rain?"), answer("Let me look.", { reasoning: "They ask for the weather. I have a tool for it.", toolCalls }),
      message("tool", '{"sky":"rain","degrees":[12,13]}', { toolCallId: "c" }), answer("It will rain."));
    await expect(chat.answer.locator("summary")).toHaveCount(2);
    for (const summary of await chat.answer.locator("summary").all()) await summary.click();
    await expect(chat.answer.getByText("I have a tool")).toBeVisible();
  }],
  "versions": [{}, async (chat) => {
    await short(chat);
    for (const [at, text] of ["You’re welcome!", "Any time."].entries()) {
      await chat.answer.getByRole("button", { name: "Try again" }).click();
      await chat.answerTo(at + 1, text);
      await chat.ended();
    }
    await chat.answer.getByRole("button", { name: "Previous version" }).click();
    await expect(chat.answer.getByRole("group", { name: "Version 2 of 3" })).toBeVisible();
  }],
  "editing": [{ attachments: "" }, async (chat) => {
    await short(chat);
    await chat.questions.last().getByRole("button", { name: "Edit" }).click();
    await expect(chat.page.getByLabel("Edit this message")).toBeFocused();
  }],
  "rejected": [{}, failed(400, { error: { message: "unknown role" } })],
  "no access": [{}, async (chat) => {
    await failed(401, { error: { message: `Incorrect key provided: sk-${"x".repeat(60)}. You can find it at https://platform.example.` } })(chat);
    await chat.problem.getByText("Details").click();
    await expect(chat.problem.locator(".detail")).toBeVisible();
  }],
  "too many requests": [{}, failed(429, {}, { "retry-after": "3000" })],
  "connection lost": [{}, async (chat) => {
    await streaming(chat);
    await chat.run(async (kit) => void (await kit.kept.model.turn(1)).break(new TypeError("gone")));
    await expect(chat.problem).toBeVisible();
  }],
  "length limit": [{}, async (chat) => {
    await streaming(chat);
    await chat.run(async (kit) => void (await kit.kept.model.turn(1)).finish("length"));
    await expect(chat.note).toBeVisible();
  }],
  "stopped": [{}, stopped],
  "offline": [{}, async (chat) => {
    await short(chat);
    await chat.page.context().setOffline(true);
    await expect(chat.page.locator(".notice")).toBeVisible();
  }],
  "conversations": [{ conversations: "" }, listed],
  "a conversation is renamed": [{ conversations: "" }, async (chat) => {
    await listed(chat);
    await chat.page.getByRole("button", { name: "Rename: Question 4" }).click();
    await expect(chat.page.getByRole("textbox", { name: "Rename" })).toBeFocused();
  }],
  "a conversation is deleted": [{ conversations: "" }, async (chat) => {
    await listed(chat);
    await chat.page.getByRole("button", { name: "Delete: Question 4" }).click();
    await expect(chat.page.getByRole("button", { name: "Undo" })).toBeFocused();
  }],
  "no conversation is found": [{ conversations: "" }, async (chat) => {
    await listed(chat);
    await chat.page.getByRole("searchbox").fill("elephants");
    await expect(chat.page.getByText("Nothing found.")).toBeVisible();
  }],
  "disabled": [{ disabled: "", attachments: "", speech: "" }, short],
  "long placeholder": [{ placeholder: "Ask anything about our products, their prices, delivery times, and what to do if one of them is broken", attachments: "" }, short],
  "scrolled up": [{}, async (chat) => {
    await open(chat, ...Array.from({ length: 60 }, (_, at) => [ask(`Question ${at}`), answer("Some lines of text. ".repeat(12))]).flat());
    await expect(chat.text).toContainText("Some lines");
    await chat.ask("More");
    await chat.says(1, "Some more text. ");
    await expect(chat.text).toContainText("more text");
    await chat.log.evaluate((log) => log.scrollTo(0, 0));
    await expect(chat.jump).toBeVisible();
  }],
  "slots": [{}, async (chat) => {
    await chat.host.evaluate((host) => host.setHTMLUnsafe('<b slot=header>Acme support</b><svg slot=avatar viewBox="0 0 10 10"><rect width=10 height=10 fill=navy /></svg><button slot=composer-start>+</button><select slot=composer-end aria-label=Model><option>mini</select>'));
    await short(chat);
    await expect(chat.page.locator(".avatar")).toHaveCount(3);
  }],
  "launcher": [{ launcher: "", open: "" }, async (chat) => {
    await chat.host.evaluate((host) => (host.open = false));
    await expect(chat.page.locator(".launch")).toBeVisible();
  }],
  "launcher that is open": [{ launcher: "", open: "", conversations: "" }, async (chat) => {
    await short(chat);
    await expect(chat.page.getByText("Conversations", { exact: true })).toBeVisible();
  }],
  "from right to left": [{ attachments: "", feedback: "" }, async (chat) => {
    await chat.page.evaluate(() => (document.documentElement.dir = "rtl"));
    await open(chat, ask("كيف أثبّت الحزمة؟"), answer("## التثبيت\n\nاستخدم `npm install` ثم اقرأ [الدليل](https://a.example/).\n\n1. أولاً\n   - نقطة\n2. ثانيًا\n\n- [x] تم\n\n> اقتباس\n\n| الاسم | العدد |\n| --- | ---: |\n| واحد | 1 |\n\n```js\nconst a = 1;\n```\n\nشكرًا[^1]\n\n[^1]: حاشية", { sources: [{ url: "https://a.test/", title: "المصدر" }], files: [{ mediaType: "text/csv", data: "YSxi", name: "جدول.csv" }] }), ask("Thanks"), answer("You are welcome."));
    await expect(chat.text).toHaveText("You are welcome.");
  }],
};
