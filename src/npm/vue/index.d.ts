// `refinire-web/vue`: conversations as Vue refs. For Vue 3.3 and later, also with server rendering.
import type { Context, Message } from "refinire-web";
import type { ComputedRef, MaybeRefOrGetter } from "vue";
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
