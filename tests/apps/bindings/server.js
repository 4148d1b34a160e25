import { pause, reply, scripted } from "refinire-web/testing";

// Nobody ends the pause: the answer lasts until it is stopped.
export const server = scripted([reply("One", pause())]);
export const agent = { name: "agent", generationInstructions: "", model: "m", provider: "openai", baseUrl: "https://test/v1", fetch: server.fetch };
export const hasAsked = () => server.requests.length > 0;

globalThis.server = server;
