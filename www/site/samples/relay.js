import { RefinireAgent } from "refinire-web";

export const agent = new RefinireAgent({
  name: "assistant",
  generationInstructions: "", // your backend has its own
  model: "relay",
  provider: "relay",
  baseUrl: "/stream",
  credentials: "include",
});
