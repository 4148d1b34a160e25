// The history of a flow, and its chart.
import { expect, test } from "../support/test.mjs";

test("the history has times, and the chart the way that was taken", async ({ page, inOwnPage }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  const seen = await inOwnPage(async (kit) => {
    const { ConditionStep, Flow, UserInputStep } = kit.refinire;
    const flow = new Flow([
      ["say \"hi\"", () => {}],
      ["if", new ConditionStep("if", () => true, "both", "ask")],
      ["ask", new UserInputStep("ask", "?")],
      ["both", { parallel: [kit.named("one", kit.saysAll("1")), kit.named("two", kit.saysAll("2"))], nextStep: null }],
    ]);
    const before = flow.show();
    await flow.run("in");
    return { before, after: flow.show(), history: flow.history };
  });
  const boxes = [
    "flowchart TD",
    '  s0["say #quot;hi#quot;"]',
    '  s1{"if"}',
    '  s2[/"ask"/]',
    '  subgraph s3["both"]',
    '    s3_0(["one"])',
    '    s3_1(["two"])',
    "  end",
  ];
  expect(seen.before.split("\n")).toEqual([...boxes, "  s0 --> s1", '  s1 -->|"true"| s3', '  s1 -->|"false"| s2', "  s2 --> s3"]);
  expect(seen.after.split("\n")).toEqual([...boxes, "  s0 ==> s1", '  s1 ==>|"true"| s3', '  s1 -->|"false"| s2', "  s2 --> s3", "  classDef taken stroke-width:4px", "  class s0,s1,s3 taken"]);
  const done = (step) => ({ step, startedAt: "2030-01-01T00:00:01.000Z", durationMs: 0, status: "completed" });
  expect(seen.history).toEqual([done('say "hi"'), done("if"), { ...done("both"), steps: [done("one"), done("two")] }]);
});
