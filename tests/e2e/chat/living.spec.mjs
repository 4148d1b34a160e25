// An element in a page that lives: attributes change, it moves, goes and comes back, and others talk in its conversation.
import { expect, test } from "./support/test.mjs";

test("attributes make the agent, and one that changes makes another", async ({ mount, page }) => {
  const asked = [];
  await page.route("**/own/**", async (route) => {
    asked.push([new URL(route.request().url()).pathname, route.request().postDataJSON().model, route.request().postDataJSON().messages]);
    await route.fulfill({ contentType: "text/event-stream", body: 'data: {"choices":[{"index":0,"delta":{"content":"Yes"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n' });
  });
  const chat = await mount({ model: "m-1", provider: "openai", "base-url": "/own/1", instructions: "Be brief." });
  const texts = await chat.run(async (kit) => {
    const { chat } = kit.kept;
    chat.agent = undefined;
    const texts = [(await chat.send("One")).text];
    chat.setAttribute("model", "m-2");
    chat.setAttribute("base-url", "/own/2");
    return [...texts, (await chat.send("Two")).text];
  });
  expect(texts).toEqual(["Yes", "Yes"]);
  const system = { role: "system", content: "Be brief." };
  const said = (role, content) => ({ role, content });
  expect(asked).toEqual([
    ["/own/1/chat/completions", "m-1", [system, said("user", "One")]],
    ["/own/2/chat/completions", "m-2", [system, said("user", "One"), said("assistant", "Yes"), said("user", "Two")]],
  ]);
});

test("an element that leaves the page stops its answer and frees what it made; back again it goes on", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "Hello", "Hi");
  const told = await chat.run(async (kit) => {
    const { chat, model } = kit.kept;
    const { context } = chat;
    const sent = chat.send("Long");
    const turn = await model.turn(2);
    turn.say("half ");
    await new Promise((resolve) => chat.addEventListener("refinire-chunk", resolve, { once: true }));
    chat.remove();
    const { finishReason } = await sent;
    await kit.settled();
    const freed = await kit.failure(() => context.addUserMessage("x"));
    const told = [finishReason, turn.signal.aborted, chat.streaming, freed?.code, typeof chat.context];
    document.body.append(chat);
    await kit.settled();
    return told;
  });
  expect(told).toEqual(["aborted", true, false, "invalid-argument", "undefined"]);
  await expect(chat.questions).toHaveCount(2);
  await expect(chat.text).toHaveText("half");
  await chat.exchange(3, "Again", "Here");
  await expect(chat.text).toHaveText("Here");
});

test("with `pace` a burst is shown in portions", async ({ mount }) => {
  for (const [attributes, isWhole] of [[{}, true], [{ pace: "" }, false]]) {
    const chat = await mount(attributes);
    const { first, text } = await chat.run(async (kit) => {
      const { chat, model } = kit.kept;
      const sent = chat.send("Long");
      const turn = await model.turn(1);
      const first = new Promise((resolve) => chat.addEventListener("refinire-chunk", ({ detail }) => resolve(detail.chunk), { once: true }));
      turn.say("word ".repeat(200));
      const length = (await first).length;
      turn.finish();
      return { first: length, text: (await sent).text.length };
    });
    expect([first === text, text]).toEqual([isWhole, 1000]);
  }
});

test("an element that is moved goes on", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Hello");
  await chat.says(1, "Hi ");
  await expect(chat.text).toContainText("Hi");
  await chat.run((kit) => {
    const box = document.createElement("section");
    document.body.append(box);
    box.append(kit.kept.chat);
  });
  await chat.answerTo(1, "there");
  await chat.ended();
  await expect(chat.text).toHaveText("Hi there");
});

test("what a script set before the element was known counts", async ({ mount }) => {
  const chat = await mount();
  const text = await chat.run(async (kit) => {
    const Class = customElements.get("refinire-chat");
    const early = document.createElement("late-chat");
    early.agent = kit.agent(kit.saysAll("Early"));
    early.context = kit.memory();
    document.body.append(early);
    customElements.define("late-chat", class extends Class {});
    const { text } = await early.send("Hi");
    const told = [text, early.context.messages.length, Object.hasOwn(early, "agent")];
    early.remove();
    return told;
  });
  expect(text).toEqual(["Early", 2, false]);
});

test.describe("a page that throws", () => {
  test.use({ expectedComplaints: [/no messages today/] });

  test("an update that throws does not freeze the element", async ({ mount }) => {
    const chat = await mount();
    await chat.run(async (kit) => {
      const { chat } = kit.kept;
      const context = kit.memory();
      Object.defineProperty(context, "messages", { configurable: true, get() { throw new Error("no messages today"); } });
      chat.context = context;
      await kit.settled();
      delete context.messages;
      chat.setAttribute("placeholder", "Still here");
    });
    await expect(chat.question).toHaveAttribute("placeholder", "Still here");
    await chat.exchange(1, "Hello", "Hi");
    await expect(chat.text).toHaveText("Hi");
  });
});

test("what others say in the conversation is shown, also while it grows", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => {
    // As the library tells of another tab: messages that change, and listeners that hear of it.
    const listeners = new Set();
    const message = (role, content, more) => ({ role, content, timestamp: "2020-01-01T00:00:00.000Z", metadata: {}, ...more });
    const context = { id: "x", ready: Promise.resolve(), messages: [], subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)) };
    kit.kept.put = (...messages) => {
      context.messages = messages.map(([role, content, streaming]) => message(role, content, streaming && { streaming }));
      for (const listener of listeners) listener(context);
    };
    kit.kept.chat.context = context;
  });
  const put = (...messages) => chat.run((kit, messages) => kit.kept.put(...messages), messages);
  await expect(chat.question).toBeVisible();
  await chat.run((kit) => kit.settled());
  await put(["user", "From elsewhere"]);
  await expect(chat.questions).toContainText("From elsewhere");
  await expect(chat.note).toHaveCount(0);
  await put(["user", "From elsewhere"], ["assistant", "It **gro", true]);
  await expect(chat.text).toContainText("It gr");
  await chat.text.locator("p").evaluate((node) => (node.dataset.first = ""));
  await expect(chat.answer.locator(".dots")).toBeVisible();
  await put(["user", "From elsewhere"], ["assistant", "It **grows** and", true]);
  await expect(chat.text.locator("p[data-first]")).toContainText("It grows an");
  await expect(chat.note).toHaveCount(0);
  await put(["user", "From elsewhere"], ["assistant", "It **grows** and ends."]);
  await expect(chat.text.locator("p[data-first]")).toHaveText("It grows and ends.");
  await expect(chat.answer.locator(".dots")).toBeHidden();
  await put();
  await expect(chat.questions).toHaveCount(0);
});

test("an answer that ended early elsewhere is an interrupted one", async ({ mount }) => {
  const chat = await mount();
  await chat.run(async (kit) => {
    const { chat } = kit.kept;
    const listeners = [];
    const context = { id: "x", ready: Promise.resolve(), messages: [], subscribe: (listener) => (listeners.push(listener), () => {}) };
    chat.context = context;
    await kit.settled();
    kit.kept.put = (state) => {
      context.messages = [{ role: "user", content: "Q", timestamp: "", metadata: {} }, { role: "assistant", content: "half", timestamp: "", metadata: {}, [state]: true }];
      listeners[0](context);
    };
    kit.kept.put("streaming");
  });
  await expect(chat.answer.locator(".dots")).toBeVisible();
  await chat.run((kit) => kit.kept.put("interrupted"));
  await expect(chat.note).toContainText("This answer was interrupted.");
  await expect(chat.text).toHaveText("half");
});

test("two elements with one conversation show the same", async ({ mount }) => {
  const chat = await mount();
  await chat.run(async (kit) => {
    await kit.settled();
    const other = document.createElement("refinire-chat");
    other.context = kit.kept.chat.context;
    other.agent = kit.kept.chat.agent;
    document.body.append(other);
  });
  await chat.page.locator("refinire-chat").first().getByLabel("Your message").fill("Hello");
  await chat.page.locator("refinire-chat").first().getByLabel("Your message").press("Enter");
  await chat.answerTo(1, "Hi both");
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.answers).toHaveText([/^Hi both/, /^Hi both/]);
});

test("a flow is asked without a context, and its own is shown", async ({ mount }) => {
  const chat = await mount();
  const options = await chat.run(async (kit) => {
    const agent = kit.agent(kit.kept.model);
    const context = kit.memory();
    const seen = [];
    kit.kept.chat.agent = { context, runStreamed: (input, options) => {
      seen.push(Object.keys(options));
      return agent.runStreamed(input, { ...options, context });
    } };
    const sent = kit.kept.chat.send("Go");
    (await kit.kept.model.turn(1)).answer("Gone");
    await sent;
    return [seen, kit.kept.chat.context === context];
  });
  expect(options[0][0]).not.toContain("context");
  expect(options[1]).toBe(true);
  await expect(chat.text).toHaveText("Gone");
  await expect(chat.answers).toHaveCount(1);
});

test("a flow of agents answers in paragraphs, asks its user, and goes on with what is said", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => {
    const { Flow, UserInputStep } = kit.refinire;
    const say = (name) => kit.named(name, kit.kept.model);
    kit.kept.chat.agent = new Flow({ one: say("one"), two: say("two"), ask: new UserInputStep("ask", "More?"), three: say("three") });
  });
  await chat.ask("Go");
  await chat.answerTo(1, "First.");
  await chat.answerTo(2, "Second.");
  await chat.ended();
  await expect(chat.answer.locator(".text p")).toHaveText(["First.", "Second.", "More?"]);
  await chat.exchange(3, "Yes", "Third.");
  await expect(chat.text).toHaveText("Third.");
  await expect(chat.questions).toHaveText([/^Go/, /^Yes/]);
  expect((await chat.asked(3)).at(-1)).toEqual(["user", "Go\n\n# ask\n\nYes"]);
});

test("an answer of a flow that was stopped is not offered to be gone on with", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => void (kit.kept.chat.agent = new kit.refinire.Flow({ one: kit.named("one", kit.kept.model) })));
  await chat.ask("Go");
  await chat.says(1, "half");
  await expect(chat.text).toContainText("hal");
  await chat.stop.click();
  await chat.ended();
  await expect(chat.text).toContainText("hal");
  await expect(chat.page.getByRole("button", { name: "Continue" })).toHaveCount(0);
  await expect(chat.page.getByRole("button", { name: "Try again" })).toHaveCount(1);
});

test("clear forgets the conversation, also in the middle of an answer", async ({ mount }) => {
  const chat = await mount({ greeting: "Welcome" });
  await chat.exchange(1, "Hello", "Hi");
  await chat.ask("Long");
  await chat.says(2, "half");
  await expect(chat.text).toContainText("hal");
  await chat.run((kit) => kit.kept.chat.clear());
  await expect(chat.questions).toHaveCount(0);
  await expect(chat.page.getByText("Welcome")).toBeVisible();
  expect(await chat.said()).toEqual([]);
});

test("clear leaves nothing behind: not for ears, and no question that is being edited", async ({ mount }) => {
  const chat = await mount();
  const spoken = chat.page.locator(".spoken");
  await chat.exchange(1, "Hello", "A secret");
  await expect(spoken).toHaveText("A secret");
  await chat.page.getByRole("button", { name: "Edit" }).click();
  const editor = chat.page.getByLabel("Edit this message");
  await expect(editor).toHaveValue("Hello");
  await chat.run((kit) => kit.kept.chat.clear());
  await expect(chat.questions).toHaveCount(0);
  await expect(editor).toHaveCount(0);
  await expect(spoken).toBeEmpty();
  await chat.ask("Long");
  await chat.says(2, "half");
  await expect(chat.text).toContainText("hal");
  await chat.run((kit) => kit.kept.chat.clear());
  await expect(chat.answers).toHaveCount(0);
  await expect(spoken).toBeEmpty();
  expect(await chat.host.evaluate(({ shadowRoot }) => /secret|Hello|Long|hal/.test(shadowRoot.querySelector(".chat").textContent))).toBe(false);
});

test("its width and height are those of its style", async ({ mount }) => {
  const chat = await mount({ style: "width: 300px; height: 400px; border: 10px solid" });
  expect(await chat.host.boundingBox()).toMatchObject({ width: 300, height: 400 });
});

test("kept conversations are listed, opened, begun and deleted where that is asked for", async ({ mount, page }) => {
  const chat = await mount({ conversation: "first", conversations: "" });
  const menu = page.getByText("Conversations", { exact: true });
  await chat.exchange(1, "About cats", "Miaow");
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(chat.questions).toHaveCount(0);
  await chat.exchange(2, "About dogs", "Wuff");
  await menu.click();
  const talks = page.locator("nav .row");
  await expect(talks).toHaveCount(2);
  await expect(talks.filter({ has: page.locator("xpath=self::*[@aria-current]") })).toContainText(["dogs"]);
  await talks.filter({ hasText: "cats" }).click();
  await expect(chat.questions).toContainText("About cats");
  await expect(chat.text).toHaveText("Miaow");
  await expect(talks.first()).toBeHidden();

  await menu.click();
  await page.getByRole("button", { name: "Delete: About dogs" }).click();
  await expect(talks).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(talks.first()).toBeHidden();
  await chat.run((kit) => kit.kept.chat.remove());
  await expect.poll(() => chat.run((kit) => kit.refinire.Context.list().then((all) => all.length))).toBe(1);
});

test("a page without a network says so, for as long as it lasts", async ({ mount, context, page }) => {
  const chat = await mount();
  const notice = page.locator(".notice");
  await expect(notice).toBeHidden();
  await context.setOffline(true);
  await expect(notice).toHaveText("You are offline. What you send waits for the network.");
  await context.setOffline(false);
  await expect(notice).toBeHidden();
});

test("where nothing can be kept, the reader is told", async ({ mount, page }) => {
  await page.evaluate(() => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } }));
  const chat = await mount({ conversation: "kept" });
  await expect(page.locator(".notice")).toHaveText("This conversation cannot be saved on this device.");
  await chat.exchange(1, "Hello", "Hi");
  await expect(chat.text).toHaveText("Hi");
});

test.describe("a server that fails", () => {
  test.use({ expectedComplaints: [/500/] });

  test("a library that cannot be loaded is a problem that can be tried again", async ({ page }) => {
    const broken = (route) => route.fulfill({ status: 500 });
    await page.route("**/*.wasm", broken);
    await page.goto("/element.html");
    await expect(page.locator(".problem")).toContainText("This chat is not configured.");
    await page.unroute("**/*.wasm", broken);
    await page.getByLabel("Your message").fill("Hello");
    await page.getByLabel("Your message").press("Enter");
    await expect(page.getByRole("article", { name: "Assistant" })).toContainText("stand-in");
    await expect(page.locator(".problem")).toHaveCount(0);
  });
});
