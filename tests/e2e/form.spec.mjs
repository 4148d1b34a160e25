// The form that fills itself in.
import { ScriptedModel } from "./support/scripted-model.mjs";
import { expect, test as base } from "./support/test.mjs";

const test = base.extend({
  /** The form, opened, on a Wednesday in Tokyo. */
  form: async ({ page }, use) => {
    await page.clock.setFixedTime(new Date("2030-01-02T03:00:00Z"));
    await page.goto("/form.html");
    await expect(page.getByRole("button", { name: "Fill in" })).toBeEnabled();
    await use({
      go: page.getByRole("button", { name: "Fill in" }),
      stop: page.getByRole("button", { name: "Stop" }),
      field: (label) => page.getByLabel(label, { exact: true }),
      slot: (name) => page.locator(`.slot[data-name="${name}"]`),
      packing: page.locator('.slot[data-name="packing"] li'),
      call: (name) => page.locator(`.call[data-name="${name}"]`),
      final: page.locator(".slot.final"),
    });
  },

  /** Asked instead of the stand-in. */
  scripted: async ({ page }, use) => {
    const model = new ScriptedModel();
    await model.start();
    await page.route("**/api/openai/v1/chat/completions", (route) => route.continue({ url: `${model.baseUrl}/chat/completions` }));
    await use(model);
    await model.stop();
  },
});

test.use({ timezoneId: "Asia/Tokyo", ownContext: true });

test("what the model calls is shown as it is called, runs in the page, and goes back to the model", async ({ form, scripted }) => {
  await form.go.click();
  const first = await scripted.nextTurn();
  first.call(0, { id: "a", name: "page_clock", input: "{}" });
  first.call(1, { id: "b", name: "packing_list", input: '{"weather":' });
  await expect(form.call("packing_list").locator(".input")).toHaveText('{"weather":');
  await expect(form.call("packing_list").locator(".output")).toHaveCount(0);
  first.call(1, { input: '"rain","nights":1}' });
  first.finish("tool_calls");
  const second = await scripted.nextTurn();
  await expect(form.call("packing_list").locator(".input")).toHaveText('{"weather":"rain","nights":1}');
  await expect(form.call("packing_list").locator(".output")).toContainText("umbrella");
  await expect(form.call("page_clock").locator(".output")).toContainText("Asia/Tokyo");
  const [clock, packing] = second.request.body.messages.slice(-2).map(({ content }) => content);
  expect(JSON.parse(clock)).toEqual({ saturday: "2030-01-05", sunday: "2030-01-06", timeZone: "Asia/Tokyo" });
  expect(packing).toMatch(/^Pack: .*umbrella.*2 shirts$/);
});

test("a field grows while its text comes, and is ticked when it is final", async ({ form, scripted }) => {
  await form.go.click();
  const turn = await scripted.nextTurn();
  turn.say('{"title":"Rain on');
  await expect(form.field("Title")).toHaveValue("Rain on");
  await expect(form.slot("title")).toHaveClass(/growing/);
  await expect(form.final).toHaveCount(0);
  expect(await form.field("Title").isEditable()).toBe(false);

  turn.say(' the canals","town":"Bruges","from":"2030-01');
  await expect(form.field("Title")).toHaveValue("Rain on the canals");
  await expect(form.final).toHaveCount(2);
  await expect(form.slot("from")).toHaveClass(/growing/);
  await expect(form.field("From")).toHaveValue("");

  turn.say('-05","to":"2030-01-06","budget":310,"packing":["passport","umb');
  await expect(form.packing).toHaveText(["passport", "umb"]);
  await expect(form.field("From")).toHaveValue("2030-01-05");
  await expect(form.field("Budget in euros")).toHaveValue("310");

  turn.say('rella"],"note":"Go up early."}');
  turn.finish();
  await expect(form.stop).toBeHidden();
  await expect(form.packing).toHaveText(["passport", "umbrella"]);
  await expect(form.final).toHaveCount(7);
  await form.field("Worth knowing").fill("Stay in bed.");
});

test("what was written until it is stopped stays, and can be written over", async ({ form, scripted }) => {
  await form.go.click();
  const turn = await scripted.nextTurn();
  turn.say('{"title":"Rain on');
  await expect(form.field("Title")).toHaveValue("Rain on");
  await form.stop.click();
  await turn.closed;
  await expect(form.go).toBeVisible();
  await expect(form.field("Title")).toHaveValue("Rain on");
  await expect(form.final).toHaveCount(0);
  await form.field("Title").fill("Rain");
});

test("the stand-in fills in the form, on a small screen, too", async ({ form, page }) => {
  await page.setViewportSize({ width: 375, height: 800 });
  await page.getByRole("button", { name: "Bergen in the snow" }).click();
  await expect(page.getByRole("status")).toHaveText(/^Filled in: ./);
  await expect(form.final).toHaveCount(7);
  await expect(form.field("Town")).toHaveValue("Bergen");
  await expect(form.field("From")).toHaveValue("2030-01-05");
  await expect(form.field("To")).toHaveValue("2030-01-06");
  await expect(form.packing.filter({ hasText: "wool hat" })).toHaveCount(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});

test.describe(() => {
  test.use({ expectedComplaints: [/status of 401/] });

  test("a failure is said, and the form can be filled in again", async ({ form, page }) => {
    await page.route("**/api/openai/v1/chat/completions", (route) => route.fulfill({ status: 401, json: { error: { message: "no" } } }), { times: 1 });
    await form.go.click();
    await expect(page.getByRole("alert")).toContainText("The key was not accepted");
    await form.go.click();
    await expect(form.final).toHaveCount(7);
    await expect(page.getByRole("alert")).toHaveCount(0);
  });
});
