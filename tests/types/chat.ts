// The chat element as TypeScript sees it, in a page and in a script.
import { Context, Flow, RefinireAgent, RefinireError } from "refinire-web";
import type { RunResult } from "refinire-web";
import "refinire-web/chat";
import { RefinireChatElement } from "refinire-web/chat/element";

const chat = document.createElement("refinire-chat");
chat satisfies RefinireChatElement;
const agent = new RefinireAgent({ name: "n", generationInstructions: "", model: "m" });
chat.agent = agent;
chat.agent = new RefinireAgent<{ city: string }>({ name: "n", generationInstructions: "", model: "m", outputSchema: { type: "object" } });
chat.agent = new Flow({ only: () => "said" });
chat.agent = undefined;
chat.agent satisfies RefinireAgent<any> | Flow;
chat.context = new Context({ id: "talk" });
chat.context satisfies Context;
chat.context = undefined;
chat.texts = { send: "Los", errorNetwork: "Weg." };
// What streams as an agent does; this one has a conversation of its own, as a flow.
chat.agent = { context: new Context(), runStreamed: (input, options) => agent.runStreamed(input, options) };

(await chat.send("Hello")) satisfies RunResult;
chat.streaming satisfies boolean;
chat.stop();
chat.clear();

chat.addEventListener("refinire-send", ({ detail }) => detail.text satisfies string);
chat.addEventListener("refinire-finish", ({ detail }) => detail.result satisfies RunResult);
chat.addEventListener("click", () => {});
document.querySelector("refinire-chat")?.stop();
document.body.addEventListener("refinire-chunk", ({ detail }) => detail.chunk satisfies string);
document.body.addEventListener("refinire-error", ({ detail: { error } }) => error instanceof RefinireError && error.code);
customElements.define("my-chat", class extends RefinireChatElement {});

// @ts-expect-error only a run changes it
chat.streaming = true;
// @ts-expect-error there is no such word
chat.texts = { sned: "Los" };
// @ts-expect-error an agent streams
chat.agent = {};
