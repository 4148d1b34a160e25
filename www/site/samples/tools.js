import { RefinireAgent } from "refinire-web";
import { z } from "zod";

const weather = {
  name: "weather",
  description: "The weather in a town, today",
  parameters: z.object({ town: z.string() }), // or a JSON Schema
  async execute({ town }, context, { signal }) {
    const response = await fetch(`/weather?town=${encodeURIComponent(town)}`, { signal });
    return response.json();
  },
};

const send = {
  name: "send_mail",
  description: "Sends a mail; the user is asked first",
  parameters: z.object({ to: z.email(), text: z.string() }),
  execute({ to, text }) {
    if (!confirm(`Send this to ${to}?\n\n${text}`)) throw new Error("The user said no.");
    return fetch("/mail", { method: "POST", body: JSON.stringify({ to, text }) }).then(() => "sent");
  },
};

export const agent = new RefinireAgent({
  name: "helper",
  generationInstructions: "Help with trips and mail.",
  model: "gpt-4o-mini",
  baseUrl: "/api/openai/v1",
  tools: [weather, send],
  maxSteps: 5,
});
