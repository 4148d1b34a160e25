import { RefinireAgent } from "refinire-web";

export const agent = new RefinireAgent({
  name: "assistant",
  generationInstructions: "Answer briefly.",
  model: "gpt-4o-mini",
  baseUrl: "https://gateway.example.com/v1",
  // Called before every request, also before a retry.
  apiKey: async () => {
    const response = await fetch("/token", { method: "POST" }); // with the session's cookie
    if (!response.ok) throw new Error(`no token: status ${response.status}`);
    return (await response.json()).token;
  },
});
