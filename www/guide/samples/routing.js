import init, { ConditionStep, Flow, ParallelStep, RefinireAgent } from "refinire-web";

const writer = (name, generationInstructions) =>
  new RefinireAgent({
    name,
    generationInstructions,
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1",
  });

const isLong = (context) => context.lastUserInput.length > 20;

export default async function routing({ print, pane, signal }) {
  await init();
  const flow = new Flow({
    choose: new ConditionStep("choose", isLong, "both", "brief"),
    brief: { agent: writer("brief", "Answer in one sentence."), nextStep: "done" },
    both: new ParallelStep("both", [
      writer("physicist", "Explain it precisely."),
      writer("teacher", "Explain it with a picture."),
    ]),
    done: () => "Done.",
  });

  const panes = {};
  const stream = flow.runStreamed("Explain quantum computing", {
    signal,
    onEvent({ type, step, text }) {
      if (type !== "text-delta") return;
      panes[step] ??= pane(step);
      panes[step](text); // live
    },
  });
  let text = "";
  for await (const chunk of stream) text += chunk; // branch by branch

  const way = flow.history.map(({ step }) => step).join(", ");
  print(`${text.length} characters. The steps that ran: ${way}.`);
}
