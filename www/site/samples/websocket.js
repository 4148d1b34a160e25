import { RefinireAgent } from "refinire-web";

export const agent = new RefinireAgent({
  name: "assistant",
  generationInstructions: "",
  model: "own",
  provider: "websocket",
  baseUrl: "/chat", // ws: or wss:, as the page's own address says
});
