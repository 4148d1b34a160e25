import init, { Flow, FunctionStep, RefinireAgent } from "refinire-web";

function analyze(input, context) {
  context.sharedState.analysis = {
    complexity: input.length > 50 ? "high" : "low",
    topic: input.split(" ").at(-1),
  };
  return "Analysed.";
}

function format(input, context) {
  const { complexity, topic } = context.sharedState.analysis;
  return { topic, complexity, words: context.content.split(/\s+/).length };
}

export default async function workflow({ print, pane, signal }) {
  await init();
  const flow = new Flow({
    analyze: new FunctionStep("analyze", analyze),
    generate: new RefinireAgent({
      name: "generate",
      generationInstructions: "Write a comprehensive guide, as the analysis suggests.",
      model: "gpt-4o-mini",
      baseUrl: "/api/openai/v1",
    }),
    format: new FunctionStep("format", format),
  });
  const answer = pane("Chunks");
  const steps = pane("Steps");

  const question = "Create a comprehensive guide on JavaScript decorators";
  const stream = flow.runStreamed(question, {
    signal,
    onEvent({ type, step }) {
      if (type === "step-start") steps(`▸ ${step}\n`);
      if (type === "step-finish") steps(`✓ ${step}\n`);
    },
  });
  for await (const chunk of stream) answer(chunk); // of the agent: functions yield none

  const { content } = await stream.result; // the result of the last step
  print(JSON.stringify(content));
}
