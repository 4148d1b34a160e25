// <refinire-chat>: `refinire-web/chat` defines it, `refinire-web/chat/element` exports its class and defines nothing.
import type { ChunkStream, Context, Flow, Input, Message, Provider, RefinireAgent, RunOptions, RunResult } from "refinire-web";

/** Anything that streams as an agent does. If it has its own `context`, as a flow has, it is called without one. */
export interface ChatAgent {
  /** Called with each question. */
  runStreamed(input: Input, options?: RunOptions): ChunkStream<any>;
  /** Called with `RunOptions & { context: Context }`, unless it has its own `context`. */
  resume?(options: any): ChunkStream<any>;
  /** The conversation that it has itself. */
  readonly context?: Context;
}

/** Every text of the element; the English ones are in `www/chat/text/texts.js`, and those of what is loaded on demand in
 *  `www/chat/parts/texts.js` and `www/chat/conversations/texts.js`. Placeholders in braces are filled in.
 *  Where there is a time, `{time}` is that with its units, as in "2 hours 5 minutes", and `{seconds}` the number of seconds alone. */
export type ChatTexts = Record<
  | "conversation" | "you" | "assistant" | "question" | "placeholder" | "greeting" | "send" | "stop" | "jump" | "earlier" | "copy" | "copyCode"
  | "copied" | "notCopied" | "edit" | "editing" | "version" | "previous" | "next" | "cancel" | "chat" | "close"
  | "disabled" | "queue" | "queued" | "queueHeld" | "sendNow"
  | "attach" | "attachment" | "attachments" | "removeAttachment" | "attachmentType" | "attachmentSize" | "attachmentGone" | "drop"
  | "suggestions" | "speech" | "speechStop" | "speechDenied" | "speechSilent" | "speechFailed" | "speechLanguage"
  | "retry" | "resume" | "waiting" | "thinking" | "thoughts" | "calling" | "called"
  | "input" | "output" | "retrying" | "fallback" | "goingOn" | "stopped" | "cut" | "interrupted" | "unanswered" | "empty" | "lengthReached"
  | "limitReached" | "filtered" | "offline" | "notLoaded" | "notKept"
  | "characters" | "chunks" | "firstText" | "duration" | "rate" | "tokensIn" | "tokensOut"
  | "good" | "bad" | "readAloud" | "sources" | "image" | "file" | "fileGone"
  | "conversations" | "newConversation" | "noConversations"
  | "renameConversation" | "searchConversations" | "nothingFound" | "conversationDeleted" | "undo" | "writing"
  | "deleteConversation" | "untitled" | "code" | "table" | "task" | "footnotes" | "footnote" | "footnoteBack"
  | "details" | "retryIn"
  | `${"error" | "advice"}${"Offline" | "Network" | "Timeout" | "Rejected" | "TooLong" | "Truncated" | "Access" | "Missing" | "Busy" | "Server" | "Protocol" | "Refused" | "Attachment" | "Setup" | "Other"}`
  | "adviceBusyFor",
  string
>;

/** Shows code: returns a node, at once or later, that takes the place of its text. With `undefined` the text stays. If it has a `styleSheet`,
 *  that applies to the node: style sheets of the page do not reach into the element. */
export interface ChatHighlight {
  /** Called with a complete block of code, once it is about to be seen. `language` is as the model wrote it, or "". */
  (code: string, language: string): Node | Promise<Node | undefined> | undefined;
  /** Adopted by the element as long as the hook is set. */
  styleSheet?: CSSStyleSheet | undefined;
}

/** Shows equations: returns a node, at once or later, that takes the place of the source. With `undefined` the source stays. If it has a
 *  `styleSheet`, that applies to the node. */
export interface ChatMath {
  /** Called with a complete equation, once it is about to be seen: `$…$` and `\(…\)`, or, with `isBlock`, `$$…$$` and `\[…\]`. */
  (tex: string, isBlock: boolean): Node | Promise<Node | undefined> | undefined;
  /** Adopted by the element as long as the hook is set. */
  styleSheet?: CSSStyleSheet | undefined;
}

/** The element's events; they bubble and are composed. */
export interface ChatEventMap {
  /** A question was sent, by a person or by `send()`. */
  "refinire-send": CustomEvent<{
    /** The question. */
    text: string;
    /** What was sent with it. */
    attachments: (Blob | URL)[];
  }>;
  /** A piece of the answer has arrived. */
  "refinire-chunk": CustomEvent<{
    /** The id of its conversation, which need not be the one that is shown. */
    conversation: string;
    /** The new text. */
    chunk: string;
  }>;
  /** The run has ended, also by a stop; then `result.finishReason` is "aborted". */
  "refinire-finish": CustomEvent<{
    /** The id of its conversation, which need not be the one that is shown. */
    conversation: string;
    /** What the run came to. */
    result: RunResult;
  }>;
  /** The panel of `launcher` was opened or closed. */
  "refinire-toggle": CustomEvent<{
    /** Whether it is open now. */
    open: boolean;
  }>;
  /** A person rated an answer, or took the rating back. */
  "refinire-feedback": CustomEvent<{
    /** undefined where it was taken back. */
    value: "up" | "down" | undefined;
    /** The answer's last message. */
    message: Message;
    /** What was asked. */
    question: string | undefined;
  }>;
  /** A conversation is shown: the first one, and each time another. */
  "refinire-conversation": CustomEvent<{
    /** The id of its Context. */
    id: string;
  }>;
  /** The run failed. */
  "refinire-error": CustomEvent<{
    /** The id of its conversation, which need not be the one that is shown; undefined if that could not be opened. */
    conversation: string | undefined;
    /** A RefinireError, or what an agent of yours threw. */
    error: unknown;
  }>;
}

/** A question that the user may choose; a string is its text. */
export type ChatSuggestion = string | {
  /** The question that is sent. */
  text: string;
  /** What the button shows. Default: the text. */
  label?: string | undefined;
};

/** Options of `send()`. */
export interface ChatSendOptions {
  /** What to do while another answer streams: "queue" (default) sends the question after it, "fail" rejects with RefinireError "invalid-argument". */
  ifBusy?: "queue" | "fail" | undefined;
  /** Images and files, sent as `Input` describes. */
  attachments?: (Blob | URL)[] | undefined;
}

/** A button of the page's own under each answer. */
export interface ChatAction {
  /** Tells the buttons apart: their part is `action`, and they have `data-name`. */
  name: string;
  /** What it says; with an icon, to screen readers and as a tooltip. */
  label: string;
  /** An SVG element, which is copied. */
  icon?: Element;
  /** Called when it is pressed. What it throws, or rejects with, is reported as an uncaught error. */
  run(subject: {
    /** The answer's last message. */
    message: Message;
    /** The whole answer, as Markdown. */
    text: string;
    /** The element. */
    chat: RefinireChatElement;
  }): unknown;
}

/** A call of a tool, as `toolViews` are given it. */
export interface ChatToolCall {
  /** The call's id. */
  id: string;
  /** The tool's name. */
  name: string;
  /** The arguments; undefined if they are not JSON. */
  input: any;
  /** What came of it, undefined until then; text that is JSON is parsed. */
  output: any;
  /** The tool failed; not known after a reload. */
  isError: boolean;
  /** There is no output yet. */
  isRunning: boolean;
}

/** The attributes, as JSX and templates take them. `RefinireChatElement` says what each does. */
export interface ChatAttributes {
  /** Makes the agent, as `AgentOptions.model` does. */
  model?: string | undefined;
  /** The wire format, where the model's name does not imply it. */
  provider?: Provider | undefined;
  /** The API root. */
  "base-url"?: string | undefined;
  /** The instructions of the agent. */
  instructions?: string | undefined;
  /** The id of a stored conversation. */
  conversation?: string | undefined;
  /** What the empty input shows. */
  placeholder?: string | undefined;
  /** What an empty conversation shows. */
  greeting?: string | undefined;
  /** Texts to replace, as JSON. */
  texts?: string | undefined;
  /** Disables the input. */
  disabled?: boolean | "" | undefined;
  /** Leaves out what the provider says of an error. */
  "hide-error-details"?: boolean | "" | undefined;
  /** Shows numbers of characters and chunks. */
  counts?: boolean | "" | undefined;
  /** Shows what `counts` does, and times, rate, tokens, and bars of when text arrived. */
  figures?: boolean | "" | undefined;
  /** Shows thumbs up and down under each answer. */
  feedback?: boolean | "" | undefined;
  /** Shows a button that reads an answer aloud, where the browser can. */
  "read-aloud"?: boolean | "" | undefined;
  /** Lets the user attach files: `true` or "" for what the provider accepts, or a list as `accept` of a file input, such as "image/*,.pdf". */
  attachments?: boolean | string | undefined;
  /** The largest file that can be attached, in bytes. Default 20000000. */
  "max-attachment-size"?: number | string | undefined;
  /** Lets the user dictate, where the browser recognizes speech. */
  speech?: boolean | "" | undefined;
  /** Questions to choose from in an empty conversation, as a JSON array. */
  suggestions?: string | undefined;
  /** Shows a button at the corner of the page that opens the chat over the page. */
  launcher?: boolean | "" | undefined;
  /** With `launcher`: the panel is open. */
  open?: boolean | "" | undefined;
  /** Shows the list of stored conversations, and stores each one. */
  conversations?: boolean | "" | undefined;
  /** Loads the images of an answer. */
  images?: boolean | "" | undefined;
  /** Shows bursts of text smoothly, at most half a second behind what has arrived. */
  pace?: boolean | "" | undefined;
}

/** Attributes: `model`, `provider`, `base-url` and `instructions` make the agent. `conversation` is a Context id: the conversation is
 *  restored after a reload; without it the conversation is not stored. `placeholder`, `greeting` and `texts` (JSON) set texts; `disabled`
 *  disables the input. `counts` shows numbers of characters and chunks. With `conversations` there is a list of the stored conversations; then
 *  every conversation is stored, and without `conversation` the one that was selected last on this page, or in an element with this `id`, is
 *  restored after a reload. An answer goes on while another conversation is shown. `images` loads
 *  an answer's images, which are links otherwise: a model could use them to make the page send requests. `figures` shows, under an answer
 *  that was given here, also the time to its first text, its duration, rate and tokens, and bars of when its text arrived.
 *  `pace` shows bursts of text smoothly, at most half a second behind what has arrived; at once while the page is hidden or
 *  `prefers-reduced-motion: reduce` matches.
 *
 *  Under an answer are its files and its sources (parts `files`, `sources`; the figures have a part `bars`). Images that came with their
 *  data are drawn, all other files are links that save or open them. `feedback` shows thumbs (part `feedback`), which are kept in the
 *  conversation as `context.sharedState.chatFeedback`: "up" or "down" by the id of an answer's last message. `read-aloud` shows a button
 *  (part `read-aloud`) that reads the answer in the page's language; pressed again, it stops. Below an error, "Details" unfolds what the
 *  provider says; `hide-error-details` leaves that out.
 *
 *  `launcher` makes it a panel over the page, and a button at the corner that opens and closes it; `open` says whether it is open. Escape
 *  closes it, and an answer goes on. Up to 480 px the panel fills the screen. `chat` is the text that names panel and button.
 *
 *  Slots: `header`, above the conversation; `empty`, shown instead of the greeting; `avatar`, an element, or the content of a template,
 *  that each answer shows a copy of, where your page's styles do not reach it; `composer-start` and `composer-end`, beside the input.
 *
 *  Every question can be edited where it stands (part `editing`, with the buttons `cancel` and `send-edit`), and the last answer be asked for
 *  again. The earlier versions stay with what followed them: buttons (part `alternatives`, with `previous` and `next`) show them, in every
 *  tab and after a reload.
 *
 *  Text from a model or a user is never treated as HTML. The element works under `script-src 'self' 'wasm-unsafe-eval'; style-src 'self'`.
 *
 *  Style it with `--refinire-chat-background`, `-surface`, `-bubble`, `-color`, `-muted`, `-border`, `-accent`, `-on-accent`, `-radius`,
 *  `-measure`, `-font`, `-mono-font` and `-font-size`, and with ::part(): base, log, message, question, answer, bubble, text, code-block, code, table,
 *  thoughts, tool, typing, time, figures, copy, edit, retry, resume, note, error, details, notice, greeting, jump, composer, field, input, send,
 *  stop, editing, queue, queued, send-now, attach, attachments, attachment, drop, hint, suggestions, suggestion, speech,
 *  conversations, conversation-list, conversation-search, undo, new, header, avatar, launcher, close. Its `color-scheme` selects light or
 *  dark. `--refinire-chat-font-size` (16px)
 *  scales everything. `refinire-web/chat.css` gives the element its size before the script has loaded: 36 times the font size high, at most
 *  the screen, unless your page says otherwise. */
export class RefinireChatElement extends HTMLElement {
  /** The agent that was set, or the one made from the attributes; undefined until that is made. */
  get agent(): RefinireAgent<any> | Flow;
  /** Used instead of the attributes' agent; the element does not free it. */
  set agent(agent: ChatAgent | undefined);
  /** Undefined until the WebAssembly module is loaded. */
  get context(): Context;
  /** Used instead of the attributes' conversation; the element does not free it. */
  set context(context: Context | undefined);
  /** The texts that were replaced. */
  get texts(): Partial<ChatTexts>;
  /** Replaces texts; undefined restores the default ones. */
  set texts(texts: Partial<ChatTexts> | undefined);
  /** Buttons of your own under each answer. */
  get actions(): readonly ChatAction[];
  /** Replaces them; undefined removes them. */
  set actions(actions: readonly ChatAction[] | undefined);
  /** Your own views of tool calls, by the name of the tool. */
  get toolViews(): Record<string, (call: ChatToolCall) => Node | undefined>;
  /** Replaces them. A function is called when a call is complete and when its output is there. It returns a node, the same or another one,
   *  which becomes a child of the element, so that your page's styles apply; undefined shows the standard view, and so does an error, which
   *  is reported. */
  set toolViews(toolViews: Record<string, (call: ChatToolCall) => Node | undefined> | undefined);
  /** Questions to choose from: a list for an empty conversation, or a function that is called with an empty conversation and after each
   *  answer, unless that was stopped. What it throws is reported, and nothing is suggested. Default: the attribute's list. */
  get suggestions(): ChatSuggestion[] | ((context: Context) => ChatSuggestion[] | undefined | Promise<ChatSuggestion[] | undefined>);
  /** Replaces the attribute's list; undefined restores it. */
  set suggestions(suggestions: ChatSuggestion[] | ((context: Context) => ChatSuggestion[] | undefined | Promise<ChatSuggestion[] | undefined>) | undefined);
  /** The drawings that were replaced. */
  get icons(): Record<string, SVGElement>;
  /** Replaces icons by the drawings of yours; undefined restores the element's. Names: again, aloud, back, bad, chat, check, clip, clock,
   *  copy, cross, down, edit, file, forth, go, good, list, microphone, plus, save, stop, up. A drawing is copied; lines have the colour of the text unless it sets
   *  `stroke` and `fill`. */
  set icons(icons: Record<string, SVGElement> | undefined);
  /** With `launcher`: whether the panel is open. Default: false. */
  open: boolean;
  /** Opens the panel and moves the focus into it. */
  show(): void;
  /** Closes the panel. The focus, if it was there, goes to the button. */
  close(): void;
  /** Shows code, as `highlight(hljs)` of `refinire-web/chat/highlight` does. Also what is shown already. What it throws or rejects with is
   *  reported once, with `reportError()`; the code stays as it is. The button of the code copies its source. */
  highlight: ChatHighlight | undefined;
  /** Shows equations, as `math(katex)` of `refinire-web/chat/math` does; without it they are their source. Also what is shown already.
   *  What it throws or rejects with is reported once. */
  math: ChatMath | undefined;
  /** Whether an answer is streaming. */
  readonly streaming: boolean;
  /** Sends a question, as a person would by typing it. While another answer streams, the question waits and is sent after that; after an
   *  answer that failed, what waits is only sent when the user or a script goes on. Resolves and rejects as the question's run does: after
   *  stop() it resolves with finishReason "aborted". Rejects with an AbortError (DOMException) if the waiting question is cancelled, also by
   *  clear() or because the element leaves the page, and with RefinireError "invalid-argument" for an empty text without attachments, and
   *  outside a document. What a person sends never causes an unhandled rejection. */
  send(text: string, options?: ChatSendOptions): Promise<RunResult>;
  /** Stops the current answer; its text so far stays. Questions that wait are sent then. */
  stop(): void;
  /** Stops the current answer, cancels the questions that wait, and deletes the conversation's messages. */
  clear(): void;
  /** As in every element, with the element's own events. */
  addEventListener<K extends keyof ChatEventMap>(type: K, listener: (this: RefinireChatElement, event: ChatEventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  /** As in every element. */
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "refinire-chat": RefinireChatElement;
  }
  interface HTMLElementEventMap extends ChatEventMap {}
}
