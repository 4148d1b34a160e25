import init, { RefinireAgent } from "refinire-web";

export default async function callbacks({ print, pane, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "explainer",
    generationInstructions: "Write clear technical explanations.",
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1",
  });
  const answer = pane("Answer");
  const log = pane("Callback");

  let chunks = 0;
  let characters = 0;
  const callback = (chunk) => {
    chunks += 1;
    characters += chunk.length;
    log(`${chunks}: ${chunk.length} characters\n`);
  };

  let text = "";
  const question = "Explain machine learning algorithms";
  for await (const chunk of agent.runStreamed(question, { callback, signal })) {
    text += chunk;
    answer(chunk);
  }
  print(`${chunks} chunks, ${characters} characters; the answer has ${text.length}.`);
}
