// A question, its answer, and what can be done about either.
import { expect, test } from "./support/test.mjs";

test("an answer appears as it comes, and is the conversation's", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Hello");
  await expect(chat.questions).toContainText("Hello");
  await expect(chat.answer.locator(".dots")).toBeVisible();
  await expect(chat.answer).toContainText("Waiting for the answer");
  await chat.says(1, "Hel", "lo, ", "you");
  await expect(chat.text).toContainText("Hello, yo");
  await expect(chat.answer.locator(".dots")).toBeVisible();
  await chat.answerTo(1, ".");
  await chat.ended();
  await expect(chat.text).toHaveText("Hello, you.");
  await expect(chat.answer.locator(".dots")).toBeHidden();
  expect(await chat.said()).toEqual([{ role: "user", content: "Hello" }, { role: "assistant", content: "Hello, you." }]);
});

test("what happens is told by events that bubble out of every shadow", async ({ mount }) => {
  const chat = await mount();
  const told = await chat.run(async (kit) => {
    const told = [];
    const { chat, model } = kit.kept;
    for (const name of ["send", "chunk", "finish", "error"]) {
      document.addEventListener(`refinire-${name}`, ({ detail, composed }) => {
        told.push([name, detail.text ?? detail.chunk ?? detail.result?.text ?? detail.error?.code, composed, chat.streaming]);
      });
    }
    const sent = chat.send("Hi");
    (await model.turn(1)).answer("Yes");
    const { text, finishReason } = await sent;
    const failed = chat.send("And?").catch(({ code }) => code);
    (await model.turn(2)).whole(500, "{}");
    return { told, text, finishReason, failed: await failed };
  });
  expect(told).toEqual({
    text: "Yes", finishReason: "stop", failed: "http",
    told: [["send", "Hi", true, true], ["chunk", "Yes", true, true], ["finish", "Yes", true, false], ["send", "And?", true, true], ["error", "http", true, false]],
  });
});

test("send rejects for no text, outside a document, and where that is asked for while another answer streams", async ({ mount }) => {
  const chat = await mount();
  const codes = await chat.run(async (kit) => {
    const { chat, model } = kit.kept;
    const first = chat.send("One");
    const codes = [await kit.failure(chat.send("Two", { ifBusy: "fail" })), await kit.failure(chat.send("Two", { ifBusy: "wait" }))];
    (await model.turn(1)).answer("1");
    await first;
    codes.push(await kit.failure(chat.send(" \n")), await kit.failure(chat.send(1)), await kit.failure(document.createElement("refinire-chat").send("x")));
    return codes.map((error) => [error?.real, error?.code]);
  });
  expect(codes).toEqual(Array(5).fill([true, "invalid-argument"]));
  await expect(chat.questions).toHaveCount(1);
  await expect(chat.problem).toHaveCount(0);
});

test("a stop keeps what came, and the answer can be gone on with", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Count");
  await chat.says(1, "one, **two", ", ");
  await expect(chat.text).toContainText("one, two");
  await chat.stop.click();
  await chat.ended();
  await expect(chat.text).toHaveText("one, **two,");
  expect(await chat.said()).toEqual([{ role: "user", content: "Count" }, { role: "assistant", content: "one, **two, ", interrupted: true }]);
  await expect(chat.note).toContainText("Stopped");

  await chat.page.getByRole("button", { name: "Continue" }).click();
  await expect(chat.note).toHaveCount(0);
  await chat.answerTo(2, "three**, four");
  await chat.ended();
  await expect(chat.text).toHaveText("one, two, three, four");
  await expect(chat.text.locator("strong")).toHaveText("two, three");
  await expect(chat.answers).toHaveCount(1);
  expect(await chat.said()).toEqual([{ role: "user", content: "Count" }, { role: "assistant", content: "one, **two, three**, four" }]);
});

test("send resolves after a stop, and the stop is no error", async ({ mount }) => {
  const chat = await mount();
  const told = await chat.run(async (kit) => {
    const { chat, model } = kit.kept;
    const told = [];
    for (const name of ["finish", "error"]) chat.addEventListener(`refinire-${name}`, () => told.push(name));
    const early = chat.send("Stopped before anything was asked");
    chat.stop();
    told.push((await early).finishReason);
    const late = chat.send("Stopped half way");
    const turn = await model.turn(model.turns.length + 1);
    turn.say("half");
    await new Promise((resolve) => chat.addEventListener("refinire-chunk", resolve, { once: true }));
    chat.stop();
    told.push((await late).finishReason, turn.signal.aborted);
    return told;
  });
  expect(told).toEqual(["finish", "aborted", "finish", "aborted", true]);
});

test("a stop before any text says so, and asks again", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Anyone?");
  await chat.run((kit) => kit.kept.model.turn(1).then(() => {}));
  await chat.stop.click();
  await chat.ended();
  await expect(chat.note).toContainText("Stopped");
  await chat.note.getByRole("button", { name: "Try again" }).click();
  await chat.answerTo(2, "Me.");
  await chat.ended();
  await expect(chat.questions).toHaveCount(1);
  await expect(chat.text).toHaveText("Me.");
});

test("what was said before an answer that is asked for again keeps its time, and an interrupted answer its mark", async ({ mount }) => {
  const chat = await mount();
  const times = await chat.run(async (kit) => {
    const { chat, model } = kit.kept;
    const message = (role, content, more) => ({ role, content, timestamp: "2020-01-02T03:04:05.000Z", metadata: {}, ...more });
    chat.context = kit.refinire.Context.fromJSON({ ...kit.memory().toJSON(), messages: [
      message("user", "A"), message("assistant", "half", { interrupted: true }), message("user", "B"), message("assistant", "b"),
    ] }, { storage: "memory" });
    chat.context.sharedState.kept = 1;
    await kit.settled();
    chat.shadowRoot.querySelector(".answer:last-child [data-action=retry]").click();
    (await model.turn(1)).answer("c");
    await new Promise((resolve) => chat.addEventListener("refinire-finish", resolve, { once: true }));
    await kit.settled();
    return [[...chat.shadowRoot.querySelectorAll("time")].map(({ dateTime }) => dateTime.slice(0, 4) === "2020"), chat.context.sharedState.kept];
  });
  expect(times).toEqual([[true, true, true, false], 1]);
  await expect(chat.answers.first()).toContainText("Interrupted");
});

test("a failure says what went wrong and what can be done, and keeps what came", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Tell me");
  await chat.run(async (kit) => (await kit.kept.model.turn(1)).whole(503, "{}") && undefined);
  await chat.ended();
  await expect(chat.problem.getByRole("alert")).toContainText("The model’s server failed. Try again in a moment.", { useInnerText: true });
  await chat.problem.getByRole("button", { name: "Try again" }).click();
  await expect(chat.problem).toHaveCount(0);
  await chat.says(2, "Once upon ");
  await expect(chat.text).toContainText("Once upon");
  await chat.run(async (kit) => (await kit.kept.model.turn(2)).break(new TypeError("gone")) && undefined);
  await chat.ended();
  await expect(chat.problem).toContainText("The connection was lost before the answer was complete.");
  await expect(chat.text).toHaveText("Once upon");
  await chat.problem.getByRole("button", { name: "Continue" }).click();
  await chat.answerTo(3, "a time");
  await chat.ended();
  await expect(chat.text).toHaveText("Once upon a time");
  await expect(chat.questions).toHaveCount(1);
});

test("a question that a guardrail refused is shown, and can be put otherwise", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => {
    const { chat, model } = kit.kept;
    chat.agent = kit.agent(model, { inputGuardrails: [(input) => !input.includes("secret")] });
  });
  await chat.ask("a secret");
  await expect(chat.problem).toContainText("Try to rephrase it.");
  await expect(chat.questions).toHaveCount(1);
  await chat.problem.getByRole("button", { name: "Edit" }).click();
  const editor = chat.page.getByLabel("Edit this message");
  await expect(editor).toHaveValue("a secret");
  await editor.fill("a riddle");
  await editor.press("Enter");
  await chat.answerTo(1, "Here");
  await chat.ended();
  await expect(chat.questions).toHaveCount(1);
  expect((await chat.said()).map(({ content }) => content)).toEqual(["a riddle", "Here"]);
});

test("an element without a model says that it is not set up", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => void (kit.kept.chat.agent = undefined));
  await chat.ask("Hello");
  await expect(chat.problem).toContainText("This chat is not configured.");
  await expect(chat.problem).toContainText("`model`");
  await expect(chat.questions).toContainText("Hello");
});

test("what a person types never ends in an unhandled rejection", async ({ mount }) => {
  const chat = await mount();
  for (const number of [1, 2]) {
    await chat.ask("Fail");
    await chat.run(async (kit, at) => (await kit.kept.model.turn(at)).whole(401, "{}") && undefined, number);
    await expect(chat.problem).toContainText("Access was refused.");
  }
  await chat.run((kit) => kit.settled());
});

test("thoughts and calls of tools are folded away, in the order they came", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Weather?");
  await chat.run(async (kit) => {
    const turn = await kit.kept.model.turn(1);
    turn.send(kit.chunk({ reasoning_content: "They want " }), kit.chunk({ reasoning_content: "<b>rain</b>." }));
    turn.send(kit.chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "get_weather", arguments: '{"city":"Berlin"}' } }] }));
    turn.finish("tool_calls");
  });
  await chat.ended();
  const folds = chat.answer.locator("details");
  await expect(folds.locator("summary")).toHaveText(["Thoughts", "Called get_weather"]);
  await expect(chat.answer.getByText("They want")).toBeHidden();
  await folds.first().locator("summary").click();
  await expect(chat.answer.getByText("They want <b>rain</b>.")).toBeVisible();
  await folds.last().locator("summary").click();
  await expect(folds.last().locator("pre").first()).toHaveText('{ "city": "Berlin" }');
});

test("thoughts in tags are folded like any others, however they are cut", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "Hello", "<thi", "nk>They greet", " me.</th", "ink>\n\nHi ", "there.");
  await expect(chat.text).toHaveText("Hi there.");
  const fold = chat.answer.locator("details");
  await expect(fold.locator("summary")).toHaveText("Thoughts");
  await expect(chat.answer.getByText("They greet me.")).toBeHidden();
  await fold.locator("summary").click();
  await expect(chat.answer.getByText("They greet me.")).toBeVisible();
  expect((await chat.said()).at(-1)).toEqual({ role: "assistant", content: "Hi there." });
});

test("an answer that ended early, or was empty, has a word on it", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Long");
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)).say("Cut").finish("length"));
  await expect(chat.note).toContainText("The model stopped at its length limit.");
  await chat.ask("Nothing");
  await chat.run(async (kit) => void (await kit.kept.model.turn(2)).finish());
  await expect(chat.note).toContainText("The answer was empty.");
});

test("an answer and a block of code can be copied", async ({ mount, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const chat = await mount();
  const clipboard = () => chat.page.evaluate(() => navigator.clipboard.readText());
  await chat.exchange(1, "Code", "Look:\n\n```js\nlet a = `b`;\n", "```\n");
  await chat.answer.getByRole("button", { name: "Copy code" }).click();
  await expect.poll(clipboard).toBe("let a = `b`;");
  await chat.answer.getByRole("button", { name: "Copy", exact: true }).click();
  await expect.poll(clipboard).toBe("Look:\n\n```js\nlet a = `b`;\n```\n");
  await expect(chat.page.locator(".spoken")).toHaveText("Copied");
});

test("characters and chunks are counted where that is asked for", async ({ mount }) => {
  const chat = await mount({ counts: "" });
  await chat.exchange(1, "Count", "1234", "56");
  await expect(chat.answer.locator(".figures")).toHaveText(/^Characters: 6 · Chunks: [12]$/);
  const plain = await mount();
  await plain.exchange(1, "Count", "1234");
  await expect(plain.answer.locator(".figures")).toHaveCount(0);
});

test("an answer that comes in one piece is shown whole", async ({ mount }) => {
  const chat = await mount();
  const text = Array.from({ length: 3000 }, (_, at) => `Line ${at}`).join("\n\n");
  await chat.exchange(1, "All at once", text);
  expect(await chat.text.evaluate(({ children }) => [children.length, children[2999].textContent])).toEqual([3000, "Line 2999"]);
});
