// A page's own views of what tools are called with, and what comes of it.
import { expect, test } from "./support/test.mjs";

/** An agent with a tool whose result the test gives by `kit.kept.result`. */
const withTool = (chat) => chat.run((kit) => {
  const { chat, model } = kit.kept;
  kit.kept.result = Promise.withResolvers();
  kit.kept.calls = [];
  const tool = { name: "weather", description: "The weather", parameters: { type: "object" }, execute: () => kit.kept.result.promise };
  chat.agent = kit.agent(model, { tools: [tool] });
  chat.toolViews = {
    weather: (call) => {
      kit.kept.calls.push(call);
      if (call.input.city === "Nowhere") throw new Error("no such city");
      if (call.input.city === "Anywhere") return undefined;
      const view = document.createElement("p");
      view.className = "weather";
      view.textContent = call.isRunning ? `${call.input.city}?` : `${call.input.city}: ${call.output.sky}`;
      return view;
    },
  };
});

const callTool = (chat, number, city) => chat.run(async (kit, [number, city]) => {
  const turn = await kit.kept.model.turn(number);
  turn.send(kit.chunk({ tool_calls: [{ index: 0, id: "call-1", function: { name: "weather", arguments: JSON.stringify({ city }) } }] })).finish("tool_calls");
}, [number, city]);

const result = (chat) => chat.run((kit) => kit.kept.result.resolve({ sky: "rain" }));

test("a view stands in the answer, in the page's own style, from the call to its result and after", async ({ mount, page }) => {
  const chat = await mount();
  await withTool(chat);
  await page.addStyleTag({ content: ".weather { color: rgb(1, 2, 3) }" });
  await chat.ask("Will it rain?");
  await callTool(chat, 1, "Berlin");
  const view = page.locator("refinire-chat > [slot] > .weather");
  await expect(view).toHaveText("Berlin?");
  await expect(view).toBeVisible();
  await expect(view).toHaveCSS("color", "rgb(1, 2, 3)");
  await result(chat);
  await expect(view).toHaveText("Berlin: rain");
  await chat.answerTo(2, "It will.");
  await chat.ended();
  await expect(view).toHaveText("Berlin: rain");
  await expect(chat.answer.locator("details")).toBeHidden();
  const call = { id: "call-1", name: "weather", input: { city: "Berlin" }, isError: false };
  expect(await chat.run((kit) => kit.kept.calls)).toEqual([{ ...call, isRunning: true }, { ...call, output: { sky: "rain" }, isRunning: false }]);

  await chat.run((kit) => {
    kit.kept.context = kit.kept.chat.context;
    kit.kept.chat.context = kit.memory();
  });
  await expect(view).toHaveCount(0);
  await chat.run((kit) => void (kit.kept.chat.context = kit.kept.context));
  await expect(view).toHaveText("Berlin: rain");
});

test.describe("a view that throws", () => {
  test.use({ expectedComplaints: [/no such city/] });

  test("is reported, and the standard one is shown", async ({ mount, page }) => {
    const errors = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    const chat = await mount();
    await withTool(chat);
    await chat.ask("Will it rain?");
    await callTool(chat, 1, "Nowhere");
    await expect(chat.answer.locator("summary")).toHaveText("Calling weather");
    await result(chat);
    await chat.answerTo(2, "It will.");
    await chat.ended();
    await expect(chat.answer.locator("summary")).toHaveText("Called weather");
    expect(errors.join()).toContain("no such city");
  });
});

test("the standard view is shown where a page gives none", async ({ mount }) => {
  const chat = await mount();
  await withTool(chat);
  await chat.ask("Will it rain?");
  await callTool(chat, 1, "Anywhere");
  await result(chat);
  await chat.answerTo(2, "It will.");
  await chat.ended();
  await chat.answer.locator("summary").click();
  await expect(chat.answer.locator("pre").last()).toHaveText('{ "sky": "rain" }');
});
