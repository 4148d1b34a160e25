// `refinire-web/vue`: conversations as Vue refs. For Vue 3.3 and later, also with server rendering.
import type { Context, Message } from "refinire-web";
import type { ChatAttributes, ChatEventMap } from "refinire-web/chat";
import type { ComputedRef, HTMLAttributes, MaybeRefOrGetter } from "vue";
import type { ChatActions, ChatOptions, ChatState } from "../bindings/index.js";

export type { ChatActions, ChatOptions, ChatState, ChatStatus } from "../bindings/index.js";

/** What `useChat()` returns: a ref of each part of the state, and the functions. */
export interface UseChat extends ChatActions {
  /** All messages, also the answer that is being written. */
  readonly messages: ComputedRef<ChatState["messages"]>;
  /** What is going on. */
  readonly status: ComputedRef<ChatState["status"]>;
  /** Why the last run failed. */
  readonly error: ComputedRef<ChatState["error"]>;
  /** The text of the last answer as far as it has arrived. */
  readonly text: ComputedRef<ChatState["text"]>;
  /** The conversation itself, once it is there. */
  readonly context: ComputedRef<ChatState["context"]>;
}

/** A conversation, and what a user can do in it. Its runs are stopped when the component, or the effect scope, is gone. The options may be a ref or a function:
 *  another `id` is another conversation, and everything else counts for the next run.
 *  @example
 *  const { messages, status, send, stop } = useChat({ id: "talk", agent: { name: "helper", generationInstructions: "Be brief.", model: "gpt-4o-mini", baseUrl: "/api/openai/v1" } }); */
export function useChat(options: MaybeRefOrGetter<ChatOptions>): UseChat;

/** The messages of a conversation, as they change in any tab; none without one, and none until the component is mounted. */
export function useMessages(context: MaybeRefOrGetter<Context | undefined>): ComputedRef<readonly Message[]>;

/** `<refinire-chat>` in templates and JSX: its attributes, and listeners such as `@refinire-finish`. Vite's Vue plugin has to know that it is
 *  no component: `isCustomElement: (tag) => tag === "refinire-chat"`. */
export type ChatElementProps = HTMLAttributes & ChatAttributes & {
  /** A question was sent. */
  onRefinireSend?: (event: ChatEventMap["refinire-send"]) => void;
  /** A piece of the answer has arrived. */
  onRefinireChunk?: (event: ChatEventMap["refinire-chunk"]) => void;
  /** The run has ended. */
  onRefinireFinish?: (event: ChatEventMap["refinire-finish"]) => void;
  /** The run failed. */
  onRefinireError?: (event: ChatEventMap["refinire-error"]) => void;
};

declare module "vue" {
  interface GlobalComponents {
    "refinire-chat": new () => { $props: ChatElementProps };
  }
}
