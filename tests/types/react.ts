// The React hooks as TypeScript sees them: all bindings have the same options, state and functions.
import { Context, Flow, RefinireAgent } from "refinire-web";
import type { AgentOptions, Message, RunResult } from "refinire-web";
import { useChat, useMessages } from "refinire-web/react";
import type { ChatOptions, ChatStatus, UseChat } from "refinire-web/react";

const options: AgentOptions = { name: "n", generationInstructions: "", model: "m" };
const chat: UseChat = useChat({ agent: options, id: "talk", storage: "session", onStorageError: (error) => error.code, onFinish: ({ text }) => text, onError: (error) => error.message, onEvent: ({ type }) => type });
useChat({ agent: new RefinireAgent<{ a: number }>({ ...options, outputSchema: {} }), context: new Context() });
useChat({ agent: new Flow([]) });
useChat({ agent: async (context) => new Flow([], { context }) });
chat.messages satisfies readonly Message[];
chat.status satisfies ChatStatus;
chat.error?.message satisfies string | undefined;
chat.context satisfies Context | undefined;
(await chat.send({ text: "Hi", attachments: [new Blob()] }, { ifBusy: "fail" })) satisfies RunResult<unknown> | undefined;
const { send, stop, resume, clear, clearError } = chat;
void [send("Hi"), stop(), resume(), clear(), clearError()];
useMessages(chat.context) satisfies readonly Message[];
const given: ChatOptions = { agent: options };
useChat(given);

// @ts-expect-error somebody has to answer
useChat({ id: "talk" });
// @ts-expect-error an agent has instructions
useChat({ agent: { name: "n" } });
// @ts-expect-error there is no such state
chat.status === "busy";
