import init, { RefinireAgent } from "refinire-web";

const QUESTIONS = ["Explain quantum computing", "Give me a riddle", "Tell me a story"];

export default async function concurrent({ print, pane, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "writer",
    generationInstructions: "Write a few paragraphs.",
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1",
  });

  const finished = [];
  const answers = QUESTIONS.map(async (question) => {
    const show = pane(question);
    for await (const chunk of agent.runStreamed(question, { signal })) show(chunk);
    finished.push(question);
  });

  await Promise.all(answers);
  print(`In the order in which they finished: ${finished.join(", ")}.`);
}
