// The flow itself: what its steps do, and in which order.
import { ConditionStep, Flow, RefinireAgent, UserInputStep } from "/pkg/refinire_web.js";

import { agentOptions } from "../common/providers.js";

// A question of more words than these is a long one.
const MANY_WORDS = 12;

function look(question, context) {
  const words = question.trim().split(/\s+/).length;
  context.sharedState.sentences = words > MANY_WORDS ? "six" : "four";
}

const isForCouncil = ({ content }) => /\bcouncil/i.test(content);

const agent = (name, instructions) =>
  new RefinireAgent({ ...agentOptions({ format: "openai" }), name, generationInstructions: `You work on a brief for a decision. ${instructions} Plain text, no Markdown.` });

/** Its place and what its steps share are kept with `context`. */
export function briefing(context) {
  const forIt = agent("For", "Write only what speaks for it, in {{sentences}} sentences.");
  const against = agent("Against", "Write only what speaks against it, in {{sentences}} sentences.");
  const memo = agent("Memo", "Write it as a memo to the council: what is asked, both sides, what to do next. The sides: {{sides}}");
  const letter = agent("Letter", "Write it as a letter to the neighbours, in everyday words. The sides: {{sides}}");
  return new Flow(
    {
      Look: look,
      "Both sides": { parallel: [forIt, against], storeResultKey: "sides" },
      Readers: new UserInputStep("Readers", "Who is the brief for, the council or the neighbours?"),
      "Council?": new ConditionStep("Council?", isForCouncil, "Memo", "Letter"),
      Memo: { agent: memo, nextStep: null, storeResultKey: "brief" },
      Letter: { agent: letter, nextStep: null, storeResultKey: "brief" },
    },
    { name: "briefing", context },
  );
}
