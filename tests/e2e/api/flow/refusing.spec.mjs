// Flows that cannot be made.
import { expect, test } from "../support/test.mjs";

const WRONG = {
  "what is no step": ["{ a: 1 }", /step "a": this is not a step/],
  "a next step that does not exist": ["{ a: { step: () => {}, nextStep: 'b' } }", /there is no step "b"/],
  "a destination that does not exist": ["{ a: kit.named('a', kit.saysAll(''), { routing: { destinations: ['y'] } }) }", /there is no step "y"/],
  "a function that is none": ["{ a: new FunctionStep('a', 'f') }", /function step "a": `run` must be a function/],
  "a condition without its steps": ["{ a: new ConditionStep('a', () => true) }", /condition step "a": `ifTrue` is missing/],
  "a branch that waits for the user": ["{ a: { parallel: [new UserInputStep('b', '?')] } }", /a branch cannot wait/],
  "no workers": ["{ a: { parallel: [() => {}], maxWorkers: 0 } }", /`maxWorkers` must be a whole number/],
};
for (const [what, [steps, words]] of Object.entries(WRONG)) {
  test(`${what}: refused when the flow is made`, async ({ inPage }) => {
    const error = await inPage(`(kit) => {
      const { ConditionStep, Flow, FunctionStep, UserInputStep } = kit.refinire;
      return kit.failure(() => new Flow(${steps}));
    }`);
    expect(error.code).toBe("invalid-argument");
    expect(error.message).toMatch(words);
  });
}
