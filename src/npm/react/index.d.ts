// `refinire-web/react`: conversations as React state. For React 18 and later, also with server rendering and in StrictMode.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { Context, Message } from "refinire-web";
import type { ChatAttributes, ChatEventMap, RefinireChatElement } from "refinire-web/chat";
import type { ChatActions, ChatOptions, ChatState } from "../bindings/index.js";

export type { ChatActions, ChatOptions, ChatState, ChatStatus } from "../bindings/index.js";

/** What `useChat()` returns; the functions stay the same while the conversation does. */
export interface UseChat extends ChatState, ChatActions {}

/** A conversation, and what a user can do in it. Its runs are stopped when the component is unmounted. Options may be written in place: those of the
 *  latest render count for the next run.
 *  @example
 *  const { messages, status, send, stop } = useChat({ id: "talk", agent: { name: "helper", generationInstructions: "Be brief.", model: "gpt-4o-mini", baseUrl: "/api/openai/v1" } }); */
export function useChat(options: ChatOptions): UseChat;

/** The messages of a conversation, as they change in any tab; none without one, and none while a page is taken over from a server. */
export function useMessages(context: Context | undefined): readonly Message[];

/** `<refinire-chat>` in JSX. React 19 takes its events, too: `onrefinire-finish={({ detail }) => …}`. */
export type ChatElementProps = DetailedHTMLProps<HTMLAttributes<RefinireChatElement>, RefinireChatElement> &
  ChatAttributes & { [Name in keyof ChatEventMap as `on${Name}`]?: (event: ChatEventMap[Name]) => void };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "refinire-chat": ChatElementProps;
    }
  }
}
