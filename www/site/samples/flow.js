import { ConditionStep, Context, Flow, FunctionStep, RefinireAgent, UserInputStep } from "refinire-web";

const agent = (name, generationInstructions) => new RefinireAgent({ name, generationInstructions, model: "gpt-4o-mini", baseUrl: "/api/openai/v1" });

const flow = new Flow({
  measure: (input, context) => { context.sharedState.tone = input.length > 50 ? "thorough" : "brief"; },
  views: { parallel: [agent("pros", "Say what speaks for it."), agent("cons", "Say what speaks against it.")] },
  long: new ConditionStep("long", ({ sharedState }) => sharedState.tone === "thorough", "ask", "write"),
  ask: new UserInputStep("ask", "Who is it for?"),
  write: { agent: agent("writer", "Write a {{tone}} recommendation."), onError: { retry: 1 } },
  end: new FunctionStep("end", (input, { content }) => content.trim()),
}, { context: new Context({ id: "advice" }) });

/** `page` shows the text in order, `column` the live text of one step. */
export async function advise(question, page, column, ask) {
  const onEvent = (event) => {
    if (event.type === "text-delta") column(event.step).append(event.text); // both agents as they write
  };
  for await (const chunk of flow.runStreamed(question, { onEvent })) page.append(chunk); // one agent's text, then the other's
  if (!flow.awaiting) return;
  const answer = await ask(flow.awaiting.prompt); // now, or after a reload
  for await (const chunk of flow.resume(answer)) page.append(chunk);
}
