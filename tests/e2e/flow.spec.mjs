// The flow whose steps light up.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { placesOf, readChart } from "../../www/flow/chart.js";
import { ScriptedModel } from "./support/scripted-model.mjs";
import { expect, test as base } from "./support/test.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const MODEL = "**/api/openai/v1/chat/completions";

class FlowPage {
  constructor(page) {
    this.page = page;
    this.question = page.getByLabel("Your question");
    this.run = page.getByRole("button", { name: "Run" });
    this.stop = page.getByRole("button", { name: "Stop" });
    this.answer = page.getByLabel("Who is the brief for");
    this.goOn = page.getByRole("button", { name: "Continue" });
    this.brief = page.locator("#brief");
    this.problem = page.getByRole("alert");
    this.taken = page.locator('.ways g[data-state="taken"]');
    this.past = page.getByRole("table").locator("tbody tr");
  }

  async open() {
    await this.page.goto("/flow.html");
    await this.ready();
  }

  async ready() {
    await expect(this.run).toBeEnabled();
  }

  node(name) {
    return this.page.locator(`.node[data-name="${name}"]`);
  }

  panel(name) {
    return this.page.locator(`.panel[data-step="${name}"]`);
  }

  /** Until the steps stand as `states` says, by name. */
  async stands(states) {
    for (const [name, state] of Object.entries(states)) await expect(this.node(name), name).toHaveAttribute("data-state", state);
  }

  tooWide() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /** What axe-core finds that is serious or worse. */
  async findings() {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate("axe.run()");
    const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    return serious.map(({ id, nodes }) => [id, nodes.map(({ target, failureSummary }) => [target, failureSummary])]);
  }
}

const test = base.extend({
  flow: async ({ page }, use) => {
    const flow = new FlowPage(page);
    await flow.open();
    await use(flow);
  },

  /** Asked instead of the stand-in. */
  scripted: async ({ page }, use) => {
    const model = new ScriptedModel();
    await model.start();
    await page.route(MODEL, (route) => route.continue({ url: `${model.baseUrl}/chat/completions` }));
    await use(model);
    await model.stop();
  },
});

const instructionsOf = ({ request }) => request.body.messages[0].content;

/** The turns of both agents, which may ask in any order. */
async function bothSides(model) {
  const turns = [await model.nextTurn(), await model.nextTurn()];
  const side = (words) => turns.find((turn) => instructionsOf(turn).includes(words));
  return { pro: side("speaks for it"), con: side("speaks against it") };
}

/** Until the flow waits for the user. */
async function upToTheQuestion(flow, model) {
  await flow.run.click();
  const { pro, con } = await bothSides(model);
  pro.say("It is quiet.");
  con.say("It is dear.");
  pro.finish();
  con.finish();
  await expect(flow.answer).toBeVisible();
}

test("a chart that forks, meets again and leads back has each step below what leads to it", () => {
  const chart = readChart(`flowchart TD
    s0["one #quot;step#quot;"]
    s1{"which?"}
    subgraph s2["both"]
      s2_0(["a"])
      s2_1(["b"])
    end
    s3[/"you"/]
    s4[["inner"]]
    s5(["last"])
    s6["nobody leads here"]
    s0 ==> s1
    s1 -->|"true"| s2
    s1 -->|"false"| s3
    s2 --> s5
    s3 --> s4
    s4 --> s5
    s5 --> s1
    classDef taken stroke-width:4px
    class s0,s1 taken`);
  expect(chart.nodes.map(({ name, kind }) => [name, kind])).toEqual([
    ['one "step"', "function"], ["which?", "condition"], ["both", "parallel"], ["you", "input"], ["inner", "flow"], ["last", "agent"], ["nobody leads here", "function"],
  ]);
  expect(chart.nodes[2].branches.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(chart.edges.slice(0, 2)).toEqual([{ from: "s0", to: "s1", label: undefined }, { from: "s1", to: "s2", label: "true" }]);
  const { columns, places } = placesOf(chart);
  expect(columns).toBe(2);
  expect(Object.fromEntries(places)).toEqual({
    s0: { row: 0, column: 0, spans: 2 },
    s1: { row: 1, column: 0, spans: 2 },
    s2: { row: 2, column: 0, spans: 1 },
    s3: { row: 2, column: 1, spans: 1 },
    s4: { row: 3, column: 0, spans: 2 },
    s5: { row: 4, column: 0, spans: 2 },
    s6: { row: 5, column: 0, spans: 2 },
  });
});

test("the steps light up as they run, and both sides are written at the same time", async ({ flow, scripted }) => {
  await flow.stands({ Look: "idle", "Both sides": "idle", For: "idle", Against: "idle", Readers: "idle" });
  await flow.run.click();
  const { pro, con } = await bothSides(scripted);
  await flow.stands({ Look: "done", "Both sides": "running", For: "running", Against: "running", Readers: "idle", "Council?": "idle" });
  await expect(flow.node("Both sides")).toHaveAttribute("aria-current", "step");
  await expect(flow.taken).toHaveCount(1);

  pro.say("It is qui");
  con.say("It is d");
  await expect(flow.panel("For").locator(".text")).toHaveText("It is qui");
  await expect(flow.panel("Against").locator(".text")).toHaveText("It is d");
  await flow.stands({ For: "running", Against: "running" });

  con.say("ear.");
  con.finish();
  await flow.stands({ For: "running", Against: "done", "Both sides": "running" });
  await expect(flow.panel("Against")).not.toHaveAttribute("aria-busy");
  await expect(flow.panel("For")).toHaveAttribute("aria-busy", "true");

  pro.say("et.");
  pro.finish();
  await flow.stands({ "Both sides": "done", For: "done", Readers: "waiting", "Council?": "idle" });
  await expect(flow.node("Readers")).toHaveAttribute("aria-current", "step");
  await expect(flow.node("Readers")).toContainText("waits for you");
  await expect(flow.page.getByRole("status")).toHaveText(/^Who is the brief for/);
  await expect(flow.panel("For").locator(".text")).toHaveText("It is quiet.");
  await expect(flow.past.getByRole("rowheader")).toHaveText(["Look", "Both sides", "For", "Against", "Readers"]);
});

for (const [reply, taken, other, label] of [
  ["The council", "Memo", "Letter", "true"],
  ["Those next door", "Letter", "Memo", "false"],
]) {
  test(`the answer “${reply}” leads to the ${taken}, which is made of both sides`, async ({ flow, scripted }) => {
    await upToTheQuestion(flow, scripted);
    await flow.answer.fill(reply);
    await flow.goOn.click();
    const turn = await scripted.nextTurn();
    await flow.stands({ Readers: "done", "Council?": "done", [taken]: "running", [other]: "idle" });
    await expect(flow.answer).toBeHidden();
    expect(instructionsOf(turn)).toContain(taken.toLowerCase());
    expect(instructionsOf(turn)).toContain('{"For":"It is quiet.","Against":"It is dear."}');
    expect(turn.request.body.messages.at(-1).content).toContain(reply);

    turn.say("Here it is.");
    turn.finish();
    await expect(flow.page.getByRole("status")).toHaveText(`${taken} is finished.`);
    await flow.stands({ [taken]: "done", [other]: "skipped" });
    await expect(flow.brief.getByRole("heading")).toHaveText(taken);
    await expect(flow.brief.locator(".text")).toHaveText("Here it is.");
    await expect(flow.taken).toHaveCount(4);
    await expect(flow.taken.locator("text").filter({ hasText: /./ })).toHaveText(label);
    await expect(flow.past.last()).toHaveText(new RegExp(`^${taken}.*done$`));
    await flow.page.getByText("The flow as Mermaid text").click();
    await expect(flow.page.getByRole("region", { name: "Mermaid" })).toContainText(`==>|"${label}"|`);
  });
}

test("what waits for an answer still does after a reload, and goes on from there", async ({ flow, page, scripted }) => {
  await flow.question.fill("Move the market?");
  await upToTheQuestion(flow, scripted);
  await expect(page.getByRole("status")).toHaveText(/^Who is/);
  await page.reload();
  await flow.ready();
  await expect(flow.answer).toBeVisible();
  await expect(flow.question).toHaveValue("Move the market?");
  await flow.stands({ Look: "done", "Both sides": "done", For: "done", Against: "done", Readers: "waiting", Memo: "idle" });
  await expect(flow.panel("For").locator(".text")).toHaveText("It is quiet.");
  await expect(flow.past).toHaveCount(5);
  await expect(flow.taken).toHaveCount(2);

  await flow.answer.fill("the council");
  await flow.answer.press("Enter");
  const turn = await scripted.nextTurn();
  expect(instructionsOf(turn)).toContain("It is dear.");
  expect(turn.request.body.messages.at(-1).content).toContain("Move the market?");
  turn.say("Move it.");
  turn.finish();
  await flow.stands({ Readers: "done", "Council?": "done", Memo: "done", Letter: "skipped" });
  await expect(flow.past).toHaveCount(7);
  await expect(page.getByRole("status")).toHaveText("Memo is finished.");

  await page.reload();
  await flow.ready();
  await expect(flow.brief.locator(".text")).toHaveText("Move it.");
  await flow.stands({ Memo: "done", Letter: "skipped" });
  await expect(flow.answer).toBeHidden();
});

test("what was written until it is stopped stays, and the flow runs again", async ({ flow, page, scripted }) => {
  await flow.run.click();
  const { pro, con } = await bothSides(scripted);
  pro.say("It is qui");
  con.say("It is d");
  await expect(flow.panel("For").locator(".text")).toHaveText("It is qui");
  await expect(flow.panel("Against").locator(".text")).toHaveText("It is d");
  await flow.stop.click();
  await Promise.all([pro.closed, con.closed]);
  await expect(page.getByRole("status")).toHaveText("Stopped.");
  await flow.stands({ Look: "done", "Both sides": "stopped", For: "stopped", Against: "stopped", Readers: "idle" });
  await expect(flow.panel("For").locator(".text")).toHaveText("It is qui");
  await expect(flow.panel("Against").locator(".text")).toHaveText("It is d");
  await expect(flow.answer).toBeHidden();
  await expect(flow.problem).toHaveCount(0);
  await expect(flow.run).toBeFocused();

  await upToTheQuestion(flow, scripted);
  await expect(flow.panel("For").locator(".text")).toHaveText("It is quiet.");
  await flow.stands({ For: "done", Against: "done" });
});

test("one that is stopped before it has said anything goes back to the question", async ({ flow, page, scripted }) => {
  await upToTheQuestion(flow, scripted);
  await page.getByRole("button", { name: "The council" }).click();
  const first = await scripted.nextTurn();
  await page.keyboard.press("Escape");
  await first.closed;
  await expect(flow.answer).toBeVisible();
  await flow.stands({ Readers: "waiting" });
  await page.getByRole("button", { name: "The neighbours" }).click();
  const second = await scripted.nextTurn();
  second.say("Dear all.");
  second.finish();
  await flow.stands({ Letter: "done", Memo: "skipped" });
  await page.getByText("The flow as Mermaid text").click();
  const ways = (await page.getByRole("region", { name: "Mermaid" }).textContent()).match(/s\d .*> ?\S* s\d/g);
  expect(ways, "no way leads back to the question").toEqual(["s0 ==> s1", "s1 ==> s2", "s2 ==> s3", 's3 -->|"true"| s4', 's3 ==>|"false"| s5']);
});

test.describe(() => {
  test.use({ expectedComplaints: [/status of 401/] });
  const refuse = (route) => route.fulfill({ status: 401, json: { error: { message: "no" } } });

  test("a failure is said with its step, and the flow runs again", async ({ flow, page }) => {
    await page.route(MODEL, refuse);
    await flow.run.click();
    await expect(flow.problem).toContainText(/^(For|Against): the key was not accepted/);
    const [failed] = (await flow.problem.textContent()).split(":");
    await flow.stands({ Look: "done", "Both sides": "failed", [failed]: "failed", Readers: "idle" });
    await expect(flow.past.filter({ hasText: "Both sides" })).toContainText("failed");
    await page.unroute(MODEL);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(flow.answer).toBeVisible();
    await expect(flow.problem).toHaveCount(0);
    await flow.stands({ "Both sides": "done", For: "done", Against: "done", Readers: "waiting" });
  });

  test("a failure behind the question asks nobody for both sides again", async ({ flow, page, scripted }) => {
    await upToTheQuestion(flow, scripted);
    await page.route(MODEL, refuse, { times: 1 });
    await page.getByRole("button", { name: "The council" }).click();
    await expect(flow.problem).toContainText("Memo: the key was not accepted");
    await flow.stands({ Memo: "failed", For: "done" });
    await page.getByRole("button", { name: "Try again" }).click();
    const turn = await scripted.nextTurn();
    expect(instructionsOf(turn)).toContain("memo");
    turn.say("Here it is.");
    turn.finish();
    await flow.stands({ Memo: "done", Letter: "skipped" });
  });
});

test("the stand-in goes all the way, by keyboard alone and on a small screen", async ({ flow, page }) => {
  await page.setViewportSize({ width: 375, height: 800 });
  expect(await flow.tooWide()).toBe(0);
  await flow.question.fill("Keep the library open at night?");
  await page.keyboard.press("Enter");
  await expect(flow.answer).toBeFocused();
  await page.keyboard.type("the neighbours");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status")).toHaveText("Letter is finished.");
  await expect(flow.run).toBeFocused();
  const beginning = (await flow.panel("For").locator(".text").textContent()).split(".")[0];
  expect(beginning).toContain("library");
  await expect(flow.brief).toContainText(beginning);
  await page.getByText("The flow as Mermaid text").click();
  expect(await flow.tooWide()).toBe(0);

  const boxOf = (locator) => locator.boundingBox();
  for (const [left, right] of [[flow.panel("For"), flow.panel("Against")], [flow.node("For"), flow.node("Against")], [flow.node("Memo"), flow.node("Letter")]]) {
    const [one, other] = [await boxOf(left), await boxOf(right)];
    expect(one.y).toBe(other.y);
    expect(one.x + one.width).toBeLessThan(other.x);
  }
  const tops = [];
  for (const name of ["Look", "Both sides", "For", "Readers", "Council?", "Memo"]) tops.push((await boxOf(flow.node(name))).y);
  expect(tops).toEqual(tops.toSorted((a, b) => a - b));
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe-core finds nothing serious, ${colorScheme}`, async ({ flow, page, scripted }) => {
    // What fades from one colour to another is between them for a while.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await flow.findings(), "before").toEqual([]);
    await flow.run.click();
    const { pro, con } = await bothSides(scripted);
    pro.say("It is qui");
    con.say("It is d");
    await expect(flow.panel("Against").locator(".text")).toHaveText("It is d");
    await expect(flow.node("For").locator("svg")).toHaveCSS("animation-name", "none");
    expect(await flow.findings(), "while both write").toEqual([]);
    pro.finish();
    con.finish();
    await expect(flow.answer).toBeVisible();
    expect(await flow.findings(), "waiting").toEqual([]);
    await page.getByRole("button", { name: "The council" }).click();
    const turn = await scripted.nextTurn();
    turn.say("Here it is.");
    turn.finish();
    await flow.stands({ Memo: "done" });
    await page.getByText("The flow as Mermaid text").click();
    expect(await flow.findings(), "done").toEqual([]);
    await flow.run.click();
    await bothSides(scripted);
    await flow.stop.click();
    await flow.stands({ For: "stopped" });
    expect(await flow.findings(), "stopped").toEqual([]);
  });
}
