import init, { Context, RefinireAgent } from "refinire-web";

const QUESTIONS = [
  "Hello, can you help me learn JavaScript?",
  "What about waiting for things?",
  "What did I ask you at first?",
];

export default async function conversation({ print, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "teacher",
    generationInstructions: "Continue the conversation, and refer to what was said.",
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1",
  });
  // With { id: "lessons" } it would be saved, and restored after a reload.
  const context = new Context({ storage: "memory" });

  for (const question of QUESTIONS) {
    print(`You: ${question}\n\nTeacher: `);
    for await (const chunk of agent.runStreamed(question, { context, signal })) {
      print(chunk);
    }
    print("\n\n");
  }
  print(`The conversation has ${context.messages.length} messages.`);
}
