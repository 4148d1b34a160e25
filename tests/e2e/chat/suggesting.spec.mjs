// Questions to choose from.
import { expect, test } from "./support/test.mjs";

const group = (page) => page.getByRole("group", { name: "Suggestions" });
const suggested = (page) => group(page).getByRole("button");

test("an empty conversation suggests the attribute's questions, and a choice sends one", async ({ mount, page }) => {
  const chat = await mount({ suggestions: JSON.stringify(["What is this?", { text: "Say it in German, please", label: "In German" }, 1, { label: "no text" }]) });
  await expect(suggested(page)).toHaveText(["What is this?", "In German"]);
  await suggested(page).last().press("Enter");
  await expect(group(page)).toBeHidden();
  expect((await chat.asked(1)).at(-1)).toEqual(["user", "Say it in German, please"]);
  await chat.answerTo(1, "Ja");
  await chat.ended();
  await expect(group(page)).toBeHidden();
  await chat.run((kit) => kit.kept.chat.clear());
  await expect(suggested(page)).toHaveCount(2);
});

test("a function is asked in an empty conversation and after each answer, now or later", async ({ mount, page }) => {
  const chat = await mount();
  await chat.run((kit) => {
    kit.kept.chat.suggestions = ({ messages }) => (messages.length === 0 ? ["Begin"] : Promise.resolve([`After ${messages.at(-1).content}`]));
  });
  await expect(suggested(page)).toHaveText(["Begin"]);
  await chat.ask("Hello");
  await chat.says(1, "Hi");
  await expect(group(page)).toBeHidden();
  await chat.answerTo(1);
  await expect(suggested(page)).toHaveText(["After Hi"]);
  await suggested(page).click();
  await chat.answerTo(2, "More");
  await expect(suggested(page)).toHaveText(["After More"]);
  await chat.run((kit) => void (kit.kept.chat.suggestions = undefined));
  await expect(group(page)).toBeHidden();
});

test("nothing is suggested after a stop or a failure, nor what comes too late", async ({ mount, page }) => {
  const chat = await mount();
  const asked = await chat.run(async (kit) => {
    const { chat, model } = kit.kept;
    const asked = [];
    const late = await new Promise((begin) => {
      chat.suggestions = ({ messages }) => {
        asked.push(messages.length);
        return new Promise(begin);
      };
    });
    const stopped = chat.send("One");
    late(["too late"]);
    (await model.turn(1)).say("half ");
    await new Promise((resolve) => chat.addEventListener("refinire-chunk", resolve, { once: true }));
    chat.stop();
    await stopped;
    const failed = kit.failure(chat.send("Two"));
    (await model.turn(2)).whole(500, "{}");
    await failed;
    await kit.settled();
    return asked;
  });
  expect(asked).toEqual([0]);
  await expect(group(page)).toBeHidden();
});

test("a disabled chat suggests nothing", async ({ mount, page }) => {
  const chat = await mount({ suggestions: '["One"]', disabled: "" });
  await expect(chat.question).toBeDisabled();
  await expect(group(page)).toBeHidden();
  await chat.host.evaluate((host) => host.removeAttribute("disabled"));
  await expect(suggested(page)).toHaveCount(1);
  await chat.host.evaluate((host) => host.setAttribute("suggestions", "{no json"));
  await expect(group(page)).toBeHidden();
});

test.describe("a page that throws", () => {
  test.use({ expectedComplaints: [/no ideas/] });

  test("an error of the function suggests nothing, and is reported", async ({ mount, page }) => {
    const chat = await mount();
    await chat.run(async (kit) => {
      kit.kept.chat.suggestions = () => { throw new Error("no ideas"); };
      await kit.settled();
    });
    await expect(group(page)).toBeHidden();
    await chat.exchange(1, "Hello", "Hi");
  });
});

test("long and many suggestions wrap at 320 px, and axe-core finds nothing serious in them", async ({ mount, page, findings }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const chat = await mount({ greeting: "Welcome", suggestions: JSON.stringify(["short", "x".repeat(80), "a few words more than fit into one line of this"]) });
  await expect(suggested(page)).toHaveCount(3);
  expect(await chat.host.evaluate(({ shadowRoot }) => Math.max(...[...shadowRoot.querySelectorAll(".log, .suggestions, .suggestions button")].map((node) => node.scrollWidth - node.clientWidth)))).toBe(0);
  expect(await suggested(page).evaluateAll((buttons) => new Set(buttons.map(({ offsetTop }) => offsetTop)).size)).toBe(3);
  expect(await findings()).toEqual([]);
});
