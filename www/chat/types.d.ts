// <refinire-chat>: `refinire-web/chat` defines it, `refinire-web/chat/element` exports its class and defines nothing.
import type { ChunkStream, Context, Flow, RefinireAgent, RunOptions, RunResult } from "refinire-web";

/** Anything that streams as an agent does. One with a `context` of its own, as a flow, is given none. */
export interface ChatAgent {
  runStreamed(input: string, options?: RunOptions): ChunkStream<any>;
  /** Without a `context` of its own it is given `RunOptions & { context: Context }`. */
  resume?(options: any): ChunkStream<any>;
  readonly context?: Context;
}

/** Every word that the element says; see `www/chat/texts.js`. {…} is filled in. */
export type ChatTexts = Record<
  | "conversation" | "you" | "assistant" | "question" | "placeholder" | "greeting" | "send" | "stop" | "jump" | "earlier" | "copy" | "copyCode"
  | "copied" | "notCopied" | "edit" | "editing" | "cancel" | "retry" | "resume" | "waiting" | "thinking" | "thoughts" | "calling" | "called"
  | "input" | "output" | "retrying" | "fallback" | "goingOn" | "stopped" | "cut" | "interrupted" | "unanswered" | "empty" | "lengthReached"
  | "limitReached" | "filtered" | "offline" | "notKept" | "characters" | "chunks" | "conversations" | "newConversation" | "noConversations"
  | "deleteConversation" | "untitled" | "code" | "table"
  | `${"error" | "advice"}${"Network" | "Timeout" | "Truncated" | "Access" | "Missing" | "Busy" | "Server" | "Protocol" | "Refused" | "Setup" | "Other"}`
  | "adviceBusyFor",
  string
>;

/** What it tells, bubbling and composed. */
export interface ChatEventMap {
  "refinire-send": CustomEvent<{ text: string }>;
  "refinire-chunk": CustomEvent<{ chunk: string }>;
  /** Also after a stop; then `result.finishReason` is "aborted". */
  "refinire-finish": CustomEvent<{ result: RunResult }>;
  "refinire-error": CustomEvent<{ error: unknown }>;
}

/** Attributes: `model`, `provider`, `base-url` and `instructions` make the agent; `conversation` is a Context id: the talk is there again
 *  after a reload, without it the talk is kept nowhere; `placeholder`, `greeting` and `texts` (JSON) are words; `disabled` lets nobody
 *  type. `counts` shows characters and chunks, `conversations` the list of kept talks, `images` loads an answer's pictures, which are
 *  links otherwise: a model could make the page send requests with them.
 *
 *  Text from a model or a user is never HTML. It works under `script-src 'self' 'wasm-unsafe-eval'; style-src 'self'`.
 *
 *  Style it with `--refinire-chat-background`, `-surface`, `-color`, `-muted`, `-border`, `-accent`, `-on-accent`, `-radius`, `-measure`,
 *  `-font`, `-mono-font` and `-font-size`, and with ::part(): base, log, message, question, answer, bubble, text, code-block, code, table,
 *  thoughts, tool, typing, time, figures, copy, edit, retry, resume, note, error, notice, greeting, jump, composer, field, input, send,
 *  stop, editing, conversations, conversation-list, new. Light or dark is as its `color-scheme` says. */
export class RefinireChatElement extends HTMLElement {
  /** The one that was set, or the attributes' own; undefined until that is made. */
  get agent(): RefinireAgent<any> | Flow;
  /** Instead of the attributes' agent; the element does not free it. */
  set agent(agent: ChatAgent | undefined);
  /** Undefined until the WebAssembly module is there. */
  get context(): Context;
  /** Instead of the attributes' conversation; the element does not free it. */
  set context(context: Context | undefined);
  get texts(): Partial<ChatTexts>;
  set texts(texts: Partial<ChatTexts> | undefined);
  /** An answer is under way. */
  readonly streaming: boolean;
  /** Asks, as a person who types it would. Rejects as the run does, and with RefinireError "invalid-argument" while another answer
   *  streams, for an empty text, and outside a document. After stop() it resolves, finishReason "aborted". What a person types never
   *  ends in an unhandled rejection. */
  send(text: string): Promise<RunResult>;
  /** Ends the answer under way; what has come of it stays. */
  stop(): void;
  /** Forgets the conversation, having stopped its answer. */
  clear(): void;
  addEventListener<K extends keyof ChatEventMap>(type: K, listener: (this: RefinireChatElement, event: ChatEventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "refinire-chat": RefinireChatElement;
  }
  interface HTMLElementEventMap extends ChatEventMap {}
}
