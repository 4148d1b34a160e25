// A model for trying this out: no key, no server, no network. For a real one, take out `fetch` and set `baseUrl` to a server of
// yours that adds the key, such as "/api/openai/v1".
import { pause, reply, scripted } from "refinire-web/testing";

const answerTo = (question) => {
  const upTo = Number(/\bcount to (\d+)\b/i.exec(question)?.[1] ?? 0);
  if (upTo) return Array.from({ length: upTo }, (_, index) => `${index + 1} `);
  return `You said “${question}”. I am a script in this page, and say this about everything. Ask me to count to 300 to see me stopped.`.split(/(?<= )/);
};

const model = scripted(({ body }) => reply(...answerTo(body.messages.at(-1).content).flatMap((word) => [word, pause(50)])));

export const agent = {
  name: "helper",
  generationInstructions: "You are a friendly helper. Be brief.",
  model: "gpt-4o-mini",
  baseUrl: "https://model.example/v1",
  fetch: model.fetch,
};
