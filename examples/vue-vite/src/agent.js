// A script stands in for the model, so that this runs without a key. Take out `fetch`, and Ollama on your machine answers; for another
// model, name it, and set `baseUrl` to a server of yours that adds the key.
import { pause, reply, scripted } from "refinire-web/testing";

function answerTo(question) {
  const upTo = Number(/\bcount to (\d+)\b/i.exec(question)?.[1] ?? 0);
  if (upTo) return Array.from({ length: upTo }, (_, index) => index + 1).join(" ");
  return `You said “${question}”. I am a script in this page, and say this about everything. Ask me to count to 300, and stop me.`;
}

const model = scripted(({ body: { messages } }) => {
  const { content: question } = messages.findLast(({ role }) => role === "user");
  // Where an answer is to be continued, it is the last message.
  const begun = messages.at(-1).role === "assistant" ? messages.at(-1).content : "";
  const words = answerTo(question).slice(begun.length).split(/(?= )/);
  return reply(...words.flatMap((word) => [word, pause(50)]));
});

export const agent = {
  name: "helper",
  generationInstructions: "You are a friendly helper. Be brief.",
  model: "llama3.1:8b",
  fetch: model.fetch,
};
