// What the bindings of all frameworks have in common.
import type { AgentOptions, Context, ContextOptions, Flow, Input, Message, RefinireAgent, RunOptions, RunResult, StreamEvent } from "refinire-web";

/** Options of `useChat()`. */
export interface ChatOptions {
  /** Who answers:
   *  - the options of an agent, which is made when the first question is sent and again when they have changed. `init()` is called for you.
   *  - an agent or a flow of your own, made after `init()`.
   *  - a function that returns one, called once, after `init()`, with the conversation; it may return a promise. */
  agent: AgentOptions | RefinireAgent<any> | Flow | ((context: Context) => RefinireAgent<any> | Flow | Promise<RefinireAgent<any> | Flow>);
  /** The conversation. Without it there is one of its own, named by `id`; a flow has its own. */
  context?: Context | undefined;
  /** The name of the conversation in the store: it is there again after a reload, and in other tabs. Another name is another conversation. Without an id the
   *  conversation lasts as long as the component. */
  id?: string | undefined;
  /** Where the conversation of that `id` is stored. Default: "local". */
  storage?: ContextOptions["storage"];
  /** Called with what could not be stored or read. */
  onStorageError?: ContextOptions["onStorageError"];
  /** Called with the result of each run that ends by itself. */
  onFinish?: ((result: RunResult<any>) => void) | undefined;
  /** Called with the error of each run that fails; not after a stop. */
  onError?: ((error: Error) => void) | undefined;
  /** Called with every event of every run. */
  onEvent?: ((event: StreamEvent) => void) | undefined;
}

/** What is going on: "ready" for a question, "submitted" until something of the answer is there, "streaming" while it is being written, "error" if the last run
 *  failed. A stop leads to "ready". */
export type ChatStatus = "ready" | "submitted" | "streaming" | "error";

/** The state of a conversation. */
export interface ChatState {
  /** All messages, also the answer that is being written. Empty on a server and until the component is mounted. */
  readonly messages: readonly Message[];
  /** What is going on. */
  readonly status: ChatStatus;
  /** Why the last run failed; mostly a RefinireError, whose `code` says more. */
  readonly error: Error | undefined;
  /** The text of the last answer as far as it has arrived. */
  readonly text: string;
  /** The conversation itself, once it is there. */
  readonly context: Context | undefined;
}

/** What a user can do in a conversation. The functions need no `this`, and never reject. */
export interface ChatActions {
  /** Asks. Resolves to the result when the answer is complete; to undefined if it failed (see `error`) or was stopped. While another answer is being
   *  written, it waits for its end, or fails, as `options.ifBusy` says. */
  send(input: Input, options?: Omit<RunOptions, "context">): Promise<RunResult<any> | undefined>;
  /** Stops everything that is being written. What was shown stays in the conversation, as interrupted. */
  stop(): void;
  /** Goes on after a stop, an error or a reload: continues the interrupted answer, or asks the last question again if it got none (without its
   *  attachments). Resolves as `send()` does. */
  resume(options?: Omit<RunOptions, "context">): Promise<RunResult<any> | undefined>;
  /** Stops, and removes all messages. */
  clear(): Promise<void>;
  /** Forgets the error: the status is "ready" again. */
  clearError(): void;
}
