// `refinire-web/svelte`: conversations as Svelte stores. For Svelte 4 and 5, also with server rendering.
import type { HTMLAttributes } from "svelte/elements";
import type { Context, Message } from "refinire-web";
import type { ChatAttributes, ChatEventMap, RefinireChatElement } from "refinire-web/chat";
import type { Readable } from "svelte/store";
import type { ChatActions, ChatOptions, ChatState } from "../bindings/index.js";

export type { ChatActions, ChatOptions, ChatState, ChatStatus } from "../bindings/index.js";

/** What `useChat()` returns: a store of each part of the state, and the functions. */
export interface UseChat extends ChatActions {
  /** All messages, also the answer that is being written. */
  readonly messages: Readable<ChatState["messages"]>;
  /** What is going on. */
  readonly status: Readable<ChatState["status"]>;
  /** Why the last run failed. */
  readonly error: Readable<ChatState["error"]>;
  /** The text of the last answer as far as it has arrived. */
  readonly text: Readable<ChatState["text"]>;
  /** The conversation itself, once it is there. */
  readonly context: Readable<ChatState["context"]>;
}

/** A conversation, and what a user can do in it, for a component that is being set up. Its runs are stopped when the component is gone. If the options are a
 *  function, it is called for each run. For another conversation put the component into `{#key id}`.
 *  @example
 *  const { messages, status, send, stop } = useChat({ id: "talk", agent: { name: "helper", generationInstructions: "Be brief.", model: "gpt-4o-mini", baseUrl: "/api/openai/v1" } }); */
export function useChat(options: ChatOptions | (() => ChatOptions)): UseChat;

/** The messages of a conversation, as they change in any tab; none without one. */
export function useMessages(context: Context | undefined): Readable<readonly Message[]>;

/** `<refinire-chat>` in Svelte: its attributes, and listeners such as `onrefinire-finish` (Svelte 5) and `on:refinire-finish`. */
export type ChatElementProps = HTMLAttributes<RefinireChatElement> &
  ChatAttributes & { [Name in keyof ChatEventMap as `on${Name}` | `on:${Name}`]?: (event: ChatEventMap[Name]) => void };

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "refinire-chat": ChatElementProps;
  }
}
