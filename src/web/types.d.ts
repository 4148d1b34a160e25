// The public surface of `refinire-web`.

/** Fetches and instantiates the WebAssembly module, once; later calls return the same promise. In Node it is read from beside the script.
 *  Where it cannot be had this rejects with RefinireError "not-initialized", which says what was tried and what to do; the next call tries again.
 *  Constructing anything, or calling any function, before it has resolved throws RefinireError code "not-initialized".
 *  Importing the package runs nothing and touches no browser global, so it is safe on a server. */
export default function init(source?: InitSource): Promise<unknown>;
// `refinire-web/inline` is the same API with the module embedded: its init() needs no .wasm file, no server and no bundler settings.
export type InitSource = {
  /** Default: `refinire_web_bg.wasm` beside the script. */
  module_or_path?: RequestInfo | URL | Response | BufferSource | WebAssembly.Module;
};

// ---------------------------------------------------------------- agent

/** The wire a model is reached over. `openai` is Chat Completions, and with `baseUrl` every compatible server
 *  (OpenRouter, Groq, DeepSeek, Mistral, xAI, LM Studio, vLLM, llama.cpp, LiteLLM …).
 *  `relay` is your own backend over SSE: POST {message, messages, model}; `data: {"chunk": "…"}` … `data: {"complete": true}`, or
 *  `{"error": "…"}`. A payload that is no JSON object is text as it stands; `[DONE]` and `[COMPLETE]` end the turn too. Other error
 *  shapes (`detail`, `errors`, `{code, message}` …) and an `event: error` without `chunk` and `complete` are errors too, tried again only where they
 *  have a status or a code of that kind; any other object is a `raw` event, an empty payload is nothing, the content type is not looked at.
 *  `websocket` is your own backend over WebSocket: the question goes up as one text frame and nothing else does, neither instructions nor history
 *  nor model; text frames come down, each a chunk as it stands or what a relay's payload may be, and "[COMPLETE]" ends the turn.
 *
 *  - Stopping closes the socket, which is the one way to tell the backend. On a turn that was complete the agent keeps it for its next run, of whatever
 *    conversation, for a minute, until the page is left, or until `free()`. Runs at once have a socket each.
 *  - A socket that cannot be opened, or is lost before any text, is tried again as `retry` says; later it is `continueOnCut` or an error. Closed with 1000
 *    or without a code that is RefinireError "truncated"; with 1001, 1006 or 1011 to 1015 "network"; with any other code "provider", which is not tried
 *    again. The message has code and reason. A binary frame is RefinireError "protocol". Where an answer is gone on with, what goes up says
 *    only so: the backend has to know the rest.
 *  - A WebSocket cannot be held back: what a slow reader has not read waits in memory. `limits.maxEventBytes` bounds a frame, counted as JSON.
 *  - A page can give it no headers: `apiKey`, `headers`, `credentials`, `fetch`, `providerOptions` and `middleware.request` have no part in it. The
 *    browser sends its cookies; or put a short-lived ticket into the address, which no error repeats. */
export type Provider = "openai" | "openai-responses" | "anthropic" | "gemini" | "ollama" | "relay" | "websocket";

/** An unknown option throws RefinireError "invalid-argument" and suggests the closest known one; so it does in every object of options. */
export interface AgentOptions {
  name: string;
  generationInstructions: string;
  /** "gpt-4o-mini", "claude-sonnet-4-5", "gemini-2.5-flash", "llama3.1:8b", or with its provider: "anthropic://claude-sonnet-4-5". */
  model: string;
  /** Overrides what `model` implies. */
  provider?: Provider;
  /** API root, absolute or relative to the page ("/api/openai/v1"): what stands before /chat/completions, /responses, /messages,
   *  /models/…:streamGenerateContent (so it includes /v1 or /v1beta) or /api/chat. For relay and websocket the endpoint itself, for websocket
   *  as ws:, wss:, http: or https:, or relative.
   *  Default: the provider's public one. */
  baseUrl?: string;
  /** A key, or a function asked before every request, for short-lived tokens. Never stored, never in an error or a log. */
  apiKey?: string | (() => string | Promise<string>);
  /** A string `apiKey` sent straight to a vendor's public endpoint from a page is refused unless this is true. */
  dangerouslyAllowBrowser?: boolean;
  headers?: Record<string, string> | Headers;
  credentials?: RequestCredentials;
  /** Used instead of the global fetch. */
  fetch?: (input: string | Request, init?: RequestInit) => Promise<Response>;

  temperature?: number;
  maxTokens?: number;
  /** Merged over the request body last, for what this interface does not name: a JSON Merge Patch (RFC 7396), so objects merge
   *  member by member and null takes a member out. */
  providerOptions?: Record<string, unknown>;

  /** What the model may call. Those of one turn run at once; what they come to goes back to the model, which goes on. A throw, arguments that
   *  do not fit and a tool that does not exist are told to the model as an error. A call of a tool without `execute` ends the run. */
  tools?: Tool[];
  /** Model calls in one run, tool rounds included: a whole number of at least 1. Default 8. */
  maxSteps?: number;
  /** Asked before anything is sent; what one refuses is RefinireError "guardrail". */
  inputGuardrails?: ((input: string) => boolean | Promise<boolean>)[];
  /** Asked of the whole answer, with `outputSchema` of its value; what one refuses is RefinireError "guardrail". */
  outputGuardrails?: ((content: any) => boolean | Promise<boolean>)[];

  /** Regenerates while a judging call scores below the threshold (0 to 100; default 85), up to `maxRetries` times (a whole number; default 3). Each answer streams
   *  and stays in the conversation, an `evaluation` event behind each; the result is the last one. The prompt for another answer, which says what is to be
   *  improved, is no turn of the conversation. Where the judging call fails, the run does. That call has the agent's own `baseUrl` and request middleware, and
   *  where it goes to the same provider its key and `headers`, so `model` has to be one that they reach; not its tools, guardrails, bounds on the answer or
   *  `providerOptions`. */
  evaluation?: { instructions: string; threshold?: number; model?: string; maxRetries?: number };

  /** In a flow: which of these steps runs next is chosen by another call of the model, which sees the question and the answer. `instruction` says by
   *  what. The choice is `context.routingResult` and a `routing` event. */
  routing?: { instruction?: string; destinations: string[] };

  /** Functions around each request and each event, the first one outermost: for logging, caching, redaction. */
  middleware?: Middleware[];

  timeout?: Timeouts;
  /** What fails before any text, reasoning or tool call has come (network, 408, 409, 429, 5xx, a retryable error event inside a 200, a cut,
   *  a connect or firstChunk timeout) is asked again after min(maxMs, baseMs * 2^n) with jitter, or after a Retry-After of up to 60 s
   *  (a longer one is not waited for). `attempts`, a whole number, counts the first. Default 3, 500, 8000. */
  retry?: { attempts?: number; baseMs?: number; maxMs?: number; /** How often an answer that does not fit `outputSchema` is asked for again, the error told to the model: a whole number. Default 0. */ schema?: number } | false;
  /** When streaming still fails before anything came, ask once more without streaming and deliver that; not after 401, 403, 404, 429,
   *  the total timeout, an abort, or a 400 or 422 that is not about streaming. Default true. */
  fallback?: boolean;
  /** When a stream is cut after text was delivered (it ends without the provider's terminal, the connection breaks, or nothing comes
   *  for timeout.idle), ask the model to go on from the text so far, up to so often in a run, each time told by a `continue` event;
   *  where its answer repeats the end of it, also with other spaces, case or punctuation, the overlap is removed; to find it, text is
   *  held back for at most 400 characters or 3 s. A whole number; default 0. An attempt to go on that brings
   *  nothing new is retried as `retry` says. Not after the provider's own error, a limit, a stop or the total timeout, and not where
   *  the model had begun to call a tool. `usage` is that of all attempts that brought something. */
  continueOnCut?: number;
  /** Treat `<think>…</think>` at the start of an answer as reasoning. Default true for "openai" and "ollama", false for the others. Where the answer ends
   *  without `</think>`, the reasoning is its text as well. */
  thinkTags?: boolean;
  /** `maxChars` (as string.length; never half a surrogate pair) ends the answer there, finishReason "limit". An event larger than `maxEventBytes` (default 16 MiB), or
   *  an answer whose text, reasoning and tool arguments exceed `maxAnswerBytes` (default 64 MiB), fails with RefinireError "limit", unless the answer is complete without it. */
  limits?: { maxChars?: number; maxEventBytes?: number; maxAnswerBytes?: number };
  /** Messages of history sent with a request, newest kept. Default 10 as in Refinire; Infinity for all. What the system said before them is
   *  sent, too. */
  historySize?: number;
  /** How many tokens a request may have, within `historySize`: of the history the newest messages that fit are sent. The instructions, what
   *  the system said and the question are sent whatever they cost; a call of a tool and what answers it stay together. Default: no bound. */
  maxInputTokens?: number;
  /** How many tokens a text has. Asked before a request for each message that is sent, and for the first that does not fit; 4 are added for a
   *  message. Default: an estimate, UTF-8 bytes / 4 rounded up. */
  countTokens?: (text: string) => number;
  /** How many requests to one origin are made at a time, a whole number of at least 1; the others wait in order. Default 6: over HTTP/1.1 a
   *  browser makes no more connections to a host, and all that the page loads from it would wait with them; with a `fetch` of your own Infinity. All agents of the page share the
   *  places; Infinity, for servers that speak HTTP/2, takes none and waits for none. */
  maxConnections?: number;
}

/** Around what a run does. What either throws ends the run, a throw of `request` as a failed request, which may be made again.
 *  @example a cache: `{ request: async (request, next) => (await cache.match(request.url + request.body)) ?? next(request) }` */
export interface Middleware {
  /** Around each request: change it, look at its Response, or answer in its place. The key and `headers` are put in behind it and not seen here. */
  request?(request: MiddlewareRequest, next: (request: MiddlewareRequest) => Promise<Response>): Response | Promise<Response>;
  /** Sees each event before anyone else: gives it, another in its place, or nothing to hold it back. A changed "text-delta" is a changed chunk;
   *  the result and the conversation have what the model said. */
  event?(event: StreamEvent): StreamEvent | undefined;
}
export interface MiddlewareRequest { url: string; method: string; headers: Record<string, string>; body: string; signal: AbortSignal; credentials?: RequestCredentials }

/** Milliseconds; 0 is off. Default: connect 30000, firstChunk 60000, idle 30000, total 0. `firstChunk` and `idle` look at content only (text,
 *  reasoning, tool calls): comments and pings do not feed them. Time in which the page was frozen, or a slow reader or callback, or a place among
 *  the page's connections was waited for, does not count. `connect` is also how long a page that is offline (`navigator.onLine`) waits for the
 *  network, each time that a request is to be made; then it is RefinireError "network". Another server of this machine is not waited for. */
export interface Timeouts { connect?: number; firstChunk?: number; idle?: number; total?: number }

/** Structured output with `outputSchema`: a Standard Schema validator (Zod, Valibot, ArkType …), which types and validates `content`,
 *  or a JSON Schema, which validates it while you supply the type. It is sent the way the provider wants it, a validator's as the JSON Schema of
 *  its input. A validator that cannot produce one (Standard JSON Schema, or its own toJSONSchema() or toJsonSchema()) is refused; for Valibot it
 *  is toStandardJsonSchema() of @valibot/to-json-schema. OpenAI is strict (`strict: true`) where it can be: in every object all members required and
 *  `additionalProperties: false` (`z.strictObject`), no bounds, patterns or references. A value that the answer begins with, also in a
 *  fence, is told of as it streams, and counts if it fits. Else the last value in the answer that fits counts, and is told of at the end: words
 *  and drafts may stand before it. Where tools ran, the last turn is the answer. If nothing fits, or there is no JSON, it is RefinireError
 *  "schema", which says where and what.
 *  @throws RefinireError "invalid-argument", naming the option that is wrong. */
export const RefinireAgent: {
  new <T>(options: AgentOptions & { outputSchema: StandardSchema<T> }): RefinireAgent<T>;
  new <T = unknown>(options: AgentOptions & { outputSchema: JsonSchema }): RefinireAgent<T>;
  new (options: AgentOptions): RefinireAgent<string>;
};
export interface RefinireAgent<T = string> {
  readonly name: string;
  /** The steps that it chooses from, in a flow. */
  readonly destinations: string[] | undefined;
  /** The whole answer; with `outputSchema`, parsed and validated. With `callback` it streams to it meanwhile. */
  run(input: Input, options?: RunOptions): Promise<RunResult<T>>;
  /** Text chunks as they arrive; with `outputSchema` they are pieces of raw JSON. Nothing is requested until the first read, and reading
   *  slowly slows the network down (Chromium itself reads some 64 MB ahead unless the response says Cache-Control: no-store).
   *  A `callback`, an `onEvent`, or asking for `result` starts it at once, and it then runs to its end whether or not anyone reads;
   *  what is unread is kept for a later reader. */
  runStreamed(input: Input, options?: RunOptions): ChunkStream<T>;
  /** Goes on from the interrupted answer that `context` ends with (after a cut, a stop or a reload). The stream yields only what is
   *  new; `result.text` is the whole answer, which takes the place of the interrupted one in the context. No message of the user is
   *  added, and no input guardrail is asked. Where the context ends with no such answer: RefinireError "invalid-argument", through
   *  the stream. Anthropic, Gemini and Ollama go on from the text itself (told to instead where the model refuses that), the others
   *  are told to go on. */
  resume(options: RunOptions & { context: Context }): ChunkStream<T>;
  /** Lets go of the module's memory. Runs that have begun go on. */
  free(): void;
}

/** A question, alone or with images and files. A Blob or File is sent with it, of a URL the address, which the provider fetches; a URL's media type is
 *  taken from its ending. What the provider does not take is RefinireError "invalid-argument". They are sent with the question only, and not kept.
 *  With one of them `text` may be empty. */
export type Input = string | { text: string; attachments?: (Blob | URL)[] };

export interface RunOptions {
  context?: Context;
  /** Gets exactly the chunks the stream yields, in order, before they are yielded. A returned promise is waited for. A throw ends the run with that error. */
  callback?: (chunk: string) => void | Promise<void>;
  onEvent?: (event: StreamEvent) => void;
  signal?: AbortSignal;
  /** How deltas become chunks: one each (default), what arrived since the last frame, or up to so many deltas or milliseconds.
   *  "frame" falls back to a timer where the page is hidden, so nothing stalls. Order and text are the same in all. */
  batch?: "delta" | "frame" | { deltas?: number; ms?: number };
  /** While another run is under way in the conversation, in this tab or another: waits its turn (default), or fails with
   *  RefinireError "invalid-argument". */
  ifBusy?: "wait" | "fail";
}

/** A real ReadableStream (pipeTo, tee, transferable) that is itself async-iterable in every browser.
 *  `break`, `cancel()` or `pipeTo` failing aborts the request; the text so far stays in the context, marked interrupted. */
export type ChunkStream<T = string> = ReadableStream<string> & AsyncIterable<string> & {
  /** Settles when the run ends. Never an unhandled rejection. After `break` or `cancel()`: resolves, finishReason "aborted".
   *  When the run fails, or its signal aborts, it rejects with what the stream errors with, after every chunk before it was read. */
  readonly result: Promise<RunResult<T>>;
};

export interface RunResult<T = string> {
  /** Text, or the parsed value with `outputSchema`. */
  content: T;
  /** Of all turns, those between which tools ran. */
  text: string;
  /** Its parts separated by a blank line. */
  reasoning: string;
  /** Of all turns. */
  toolCalls: ToolCall[];
  /** Cited or retrieved sources, in order of arrival, without duplicates. */
  sources: Source[];
  /** Images, audio and other files the model produced. */
  files: GeneratedFile[];
  finishReason: FinishReason;
  /** As the provider spelled it. */
  rawFinishReason?: string;
  usage?: Usage;
  metrics: Metrics;
  evaluation?: { score: number; passed: boolean; feedback?: string };
  routing?: RoutingResult;
  /** How many requests it took. */
  attempts: number;
  /** False where the last evaluation was not passed. */
  success: boolean;
}
/** "limit": `limits.maxChars` was reached. "content-filter": also a refusal, whose words are text like any other.
 *  "user-input": a flow waits for the user, see `UserInputStep`.
 *  There is none for a connection that closed before the provider said it was done: that is RefinireError "truncated",
 *  so that nobody takes a cut answer for a whole one. */
export type FinishReason = "stop" | "length" | "content-filter" | "tool-calls" | "limit" | "aborted" | "user-input" | "other";
/** inputTokens include the cached ones, outputTokens those of reasoning, whatever the provider's own way of counting. */
export interface Usage { inputTokens?: number; outputTokens?: number; totalTokens?: number; reasoningTokens?: number; cachedInputTokens?: number;
  /** The run was stopped before the provider reported usage: this is an estimate. */ estimated?: true }
/** `start` and `end` are UTF-16 offsets in the text, if the provider gives them: in a result and in events in `result.text`, in a message in its
 *  `content`. A source that only repeats what another with the same `url` says is left out. */
export interface Source { url?: string; title?: string; /** The cited passage or a snippet. */ text?: string; start?: number; end?: number }
/** `data` is base64; otherwise see `url`. */
export interface GeneratedFile { mediaType: string; data?: string; url?: string; name?: string }
export interface Metrics { chunks: number; chars: number; bytes: number; timeToFirstChunkMs: number; durationMs: number; charsPerSecond: number }

/** In a Flow every event also carries `step`, the name of its step; in a branch or a nested flow also `steps`, the names from the outside in. */
export type StreamEvent = RunEvent & { step?: string; steps?: string[] };
export type RunEvent =
  | { type: "start"; provider: Provider; model: string; attempt: number }
  | { type: "text-delta"; text: string }
  | { type: "reasoning-delta"; text: string }
  | { type: "tool-input-start"; id: string; name: string }
  | { type: "tool-input-delta"; id: string; text: string }
  | { type: "tool-call"; id: string; name: string; input: unknown }
  | { type: "tool-result"; id: string; name: string; output: unknown; isError?: boolean }
  | { type: "partial"; value: unknown }                                  // structured output so far: a copy of what is open in it, which grows no more; not for each delta where there is much to copy
  | { type: "field"; path: (string | number)[]; value: unknown }         // this value is final
  | { type: "source"; source: Source }                                   // cited, or found by a search: once what it cites has come
  | { type: "file"; file: GeneratedFile }
  | { type: "usage"; usage: Usage }
  | { type: "retry"; attempt: number; delayMs: number; error: RefinireError }
  | { type: "fallback"; error: RefinireError }
  | { type: "continue"; error: RefinireError }                           // the answer was cut by this and is gone on with
  | { type: "evaluation"; score: number; passed: boolean; feedback?: string }
  | { type: "routing"; nextRoute: string; reasoning?: string }
  | { type: "step-start"; step: string }
  | { type: "step-finish"; step: string; durationMs: number; status: "completed" | "failed" }
  | { type: "user-input"; prompt: string }                               // a flow waits for the user
  | { type: "raw"; data: string }                                        // an event of the provider's that has no meaning here, or more of one than is told here
  | { type: "finish"; reason: FinishReason; usage?: Usage; metrics: Metrics }
  | { type: "error"; error: unknown; partialText: string };              // last event of a failed or aborted run; partialText is what was delivered

/** `parameters`: the arguments, as a JSON Schema or a Standard Schema validator; omit it for a tool without arguments. Arguments are validated before
 *  `execute`; a mismatch is reported to the model. `execute` runs in the page; what it gives is told to
 *  the model, a string as it is, anything else as JSON. `signal` is aborted when the run is stopped. */
export interface Tool { name: string; description: string; parameters?: JsonSchema | StandardSchema<unknown>; execute?: (input: any, context?: Context, call?: { id: string; signal: AbortSignal }) => unknown | Promise<unknown> }
/** `input` is undefined where the model's `inputText` is not JSON, an empty object where it wrote nothing or `null`, and the object in a string
 *  where it encoded that twice. A call whose input is undefined, or of an unknown tool, is reported to the model as an error. */
export interface ToolCall { id: string; name: string; input: unknown; inputText: string }

// ---------------------------------------------------------------- context

export interface ContextOptions {
  /** The conversation's name in the store. With none, a new random one. The same id in another page or tab is the same conversation. */
  id?: string;
  /** Where it is kept. Default "local". Where the page has no such storage, or it is denied, "memory", and `onStorageError` is told. */
  storage?: "local" | "session" | "memory" | StorageAdapter;
  /** Told what could not be kept or read, and what had to go from a full store. Runs do not fail for it. */
  onStorageError?: (error: RefinireError) => void;
}
/** localStorage's own shape, sync or async: IndexedDB (idb-keyval), your server … Without `keys` the library lists its own. */
export interface StorageAdapter {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
  keys?(): string[] | Promise<string[]>;
  /** Tells of changes made elsewhere; without it only this page's are seen. Returns the way to stop. */
  subscribe?(changed: (key: string) => void): () => void;
}
export interface Message { role: "user" | "assistant" | "system" | "tool"; content: string; timestamp: string; metadata: Record<string, unknown>; interrupted?: boolean; toolCalls?: ToolCall[]; toolCallId?: string; reasoning?: string; sources?: Source[]; /** Stored, but for the `data` of files over 64 KB in local and session storage: that lasts as long as its context. */ files?: GeneratedFile[] }

/** A conversation and the state that the steps of a flow share. Kept as it changes, also while an answer streams in.
 *  Runs in one context go one after the other, in the order they were called. */
export class Context {
  constructor(options?: ContextOptions);
  /** Resolves when what was stored has been read; at once for local and session storage. */
  readonly ready: Promise<Context>;
  readonly id: string;
  readonly messages: readonly Message[];
  readonly lastUserInput: string | undefined;
  /** JSON values. Mutate it freely; kept at the end of every step and run, whenever the messages are, and by save(). */
  sharedState: Record<string, any>;
  /** The last run's result, and its content. */
  readonly result: RunResult<any> | undefined;
  readonly content: any;
  /** What a model chose of the steps it was given. */
  readonly routingResult: RoutingResult | undefined;
  addUserMessage(content: string, metadata?: Record<string, unknown>): void;
  addAssistantMessage(content: string, metadata?: Record<string, unknown>): void;
  addSystemMessage(content: string, metadata?: Record<string, unknown>): void;
  getLastMessages(n?: number): Message[];
  getConversationText(options?: { includeSystem?: boolean }): string;
  /** In a flow: the step to run next; no more steps. Of several the last one counts, and it goes before what was declared. */
  goto(step: string): void;
  finish(): void;
  /** Whether a flow has come to its end here, or finish() said so. */
  readonly finished: boolean;
  /** Told of every change, whichever tab made it. Returns the way to stop. */
  subscribe(listener: (context: Context) => void): () => void;
  /** Resolves when everything so far is in the store. */
  save(): Promise<void>;
  clear(): void;
  delete(): Promise<void>;
  toJSON(): unknown;
  static fromJSON(value: unknown, options?: ContextOptions): Context;
  /** Stored conversations, newest first. */
  static list(options?: Pick<ContextOptions, "storage">): Promise<{ id: string; updatedAt: string; messages: number; preview: string }[]>;
  free(): void;
}

// ---------------------------------------------------------------- flow

export interface RoutingResult { nextRoute: string; reasoning?: string }

/** `signal` is aborted when the flow is stopped, which waits for no function. */
export type StepFunction = (input: string, context: Context, call: { signal: AbortSignal }) => unknown | Promise<unknown>;
export type Step = RefinireAgent<any> | FunctionStep | ConditionStep | ParallelStep | UserInputStep | Flow;
/** A step, with what goes with it there. `nextStep`: the name of the step behind it, null for none. `storeResultKey`: its content goes into
 *  `sharedState` under this key, too. `onError`: see there. A bare function is a FunctionStep; in a list or
 *  a branch it has its own name, which minifiers change. */
export type StepDefinition = Step | StepFunction
  | { agent: RefinireAgent<any>; nextStep?: string | null; storeResultKey?: string; onError?: OnError }
  | { step: Step | StepFunction; nextStep?: string | null; storeResultKey?: string; onError?: OnError }
  | ({ parallel: (Step | StepFunction)[]; nextStep?: string | null; storeResultKey?: string; onError?: OnError } & ParallelOptions);
/** What becomes of a step that fails: it is run again up to `retry` times (a `retry` event each), then the flow goes on with the step `goto`, or with
 *  `value` as its content (a `fallback` event), or fails. */
export interface OnError { retry?: number; goto?: string; value?: unknown }
/** At most `maxWorkers` branches at a time. A branch that fails stops the others ("cancel", the default), or lets them come to their ends ("finish");
 *  either way the step fails, and what finished stays in the context. */
export interface ParallelOptions { maxWorkers?: number; onFailure?: "cancel" | "finish" }

/** `fn`'s return value becomes `context.content`; returning the context, or nothing, leaves it. What it throws is RefinireError "step", unless it is a RefinireError. */
export class FunctionStep { constructor(name: string, fn: StepFunction, nextStep?: string | null); readonly name: string; readonly kind: "function" }
/** Routes on what `condition` returns: true, false, or a step's name. */
export class ConditionStep { constructor(name: string, condition: (context: Context) => boolean | string | Promise<boolean | string>, ifTrue: string, ifFalse: string); readonly name: string; readonly kind: "condition" }
/** Each branch, which has a name of its own, gets a copy of the context; `sharedState` merges back in declaration order, behind what others changed
 *  meanwhile, a clash under "<step>_<key>". Its content is an object: the content of each branch under its name. A branch cannot wait for the user or
 *  go on to another step: neither by a ConditionStep nor by `onError.goto`, and what it says of the step to run next counts in it only. */
export class ParallelStep { constructor(name: string, steps: (Step | StepFunction)[], options?: ParallelOptions & { nextStep?: string | null }); readonly name: string; readonly kind: "parallel" }
/** Asks the user: the question is a message of the assistant's, the flow ends its stream with finishReason "user-input", and `flow.resume(answer)`
 *  goes on behind it, with the answer as the content. Where it stands is kept with the context: that works after a reload, too. */
export class UserInputStep { constructor(name: string, prompt: string | ((context: Context) => string | Promise<string>), nextStep?: string | null); readonly name: string; readonly kind: "input" }

export interface FlowOptions {
  /** By which a flow that waits for the user is known again. Default "flow". */
  name?: string;
  /** The first step. Default: the one declared first. */
  start?: string;
  /** Default: one of its own, in memory. */
  context?: Context;
  /** Steps in one run; one more is RefinireError "limit", which names the path. Default 1000, as in Refinire. */
  maxSteps?: number;
  /** Called before and behind each step, and waited for; a throw is the step's failure. Behind a step that asks the user is when they have answered. */
  beforeStep?: (step: string, context: Context) => void | Promise<void>;
  afterStep?: (step: string, context: Context) => void | Promise<void>;
}

/** Steps run in the order given, unless nextStep, a ConditionStep or context.goto() says otherwise. (JavaScript puts keys that are numbers first.)
 *
 *  - The input is a message of the user's, added once. Functions get it, and the context with what the step before left: `result`, `content`.
 *  - An agent that runs first is asked the input. Behind a step that gave content it is asked `${input}\n\n# ${name of that step}\n\n${content}`, content
 *    that is no text as JSON; that is no message of the conversation, of which it is sent the last `historySize` messages as always.
 *  - What an agent answers is a message, also in branches, while it streams.
 *  - In an agent's `generationInstructions` `{{name}}` stands for `sharedState.name`, `{{RESULT}}` for `context.content`, `{{EVAL_RESULT}}` for how that was
 *    judged. What is not text is written as JSON; a name that is not there stays. The same goes for any run with a context.
 *  - A failure is a RefinireError with the name of its `step`: what the agent failed with, or "step". What a step that failed said of the next one
 *    does not count. Its `partialText` is what that step had said. */
export class Flow {
  constructor(steps: Record<string, StepDefinition> | [string, StepDefinition][] | (Step | StepFunction)[], options?: FlowOptions);
  readonly name: string;
  readonly kind: "flow";
  readonly context: Context;
  /** `content` is that of the context, `text` what its agents streamed; what is counted is summed over them. A run of a flow is one of
   *  its context's: it waits for those before it, and those behind it wait for its end. What a step's function, a condition, a prompt or a hook runs in that
   *  context is within it; a run of the flow itself is not, so whoever awaits that there waits for ever. */
  run(input: string, options?: Omit<RunOptions, "context">): Promise<RunResult<any>>;
  /** Only agents yield chunks. Of parallel agents the chunks come branch by branch in declaration order; `onEvent` sees them live, each with its `step`.
   *  A branch whose turn has not come is never held up, so what is held is at most its answer. */
  runStreamed(input: string, options?: Omit<RunOptions, "context">): ChunkStream<any>;
  /** Goes on behind the UserInputStep that waits. Where none does: RefinireError "invalid-argument", through the stream. */
  resume(answer: string, options?: Omit<RunOptions, "context">): ChunkStream<any>;
  /** What the user is asked, while the flow waits; on this page also after an answer that nothing came of, as the run failed or was stopped before
   *  an agent said anything: it may be given again. */
  readonly awaiting: { flow: string; step: string; path: string[]; input: string; prompt: string; history: StepRecord[] } | undefined;
  /** The graph as Mermaid text, the path taken so far marked. */
  show(): string;
  /** Of the last run, from its input on, also where it went on in another page; what a nested flow or the branches did is in `steps`. */
  readonly history: StepRecord[];
  /** Lets go of the context that it made itself, when the runs that have begun have come to their ends. */
  free(): void;
}
/** `startedAt` as ISO 8601 in UTC. */
export interface StepRecord { step: string; startedAt: string; durationMs: number; status: "completed" | "failed" | "aborted"; error?: string; steps?: StepRecord[] }

// ---------------------------------------------------------------- on their own

/** The decoder alone, for a Response you fetched yourself, on a page, in a worker or in a service worker. */
export function decodeResponse(response: Response, options: { provider: Exclude<Provider, "websocket">; thinkTags?: boolean; limits?: AgentOptions["limits"] } & Omit<RunOptions, "context">): ChunkStream;

/** Grows a value out of JSON text that is still arriving; each push costs what was pushed, not what came before.
 *
 *  - A string is there from its opening quote and only grows, an array or object from its bracket and only gains members; arrays append.
 *    A number or literal is there when it is complete, a number when what follows it has come.
 *  - An escape or a surrogate pair is never cut: the half of a pair waits for what follows it, and is kept if it stays alone.
 *  - `__proto__` is a key like others, a property of the object's own. Of a key that comes twice the last value wins, and is in the place of
 *    the first as soon as it is there: the one exception to a place only growing. What it replaces is not changed itself.
 *  - As strict as JSON.parse, white space, byte order mark and all, but for depth: at most 128 arrays and objects in one another. */
export class JsonStream {
  /** Takes the next piece of the text, cut wherever it may be.
   *  @throws RefinireError "protocol", with the offset in UTF-16 units in its message, at the first unit after which nothing makes it JSON.
   *  The value is then what came before, and stays; this and finish() throw the same error from there on. */
  push(text: string): void;
  /** The whole value: what JSON.parse gives for the text.
   *  @throws RefinireError "protocol" where the text ends too early, or what push() threw. */
  finish(): unknown;
  /** The value so far, itself and no copy: the same array or object as it grows, so leave it as it is. Undefined before there is any. */
  readonly value: unknown;
  /** Lets go of the value; every use after it throws RefinireError "invalid-argument". */
  free(): void;
}

/** At most `maxConcurrent` tasks at a time, and at most `perMinute` starts in any 60 seconds; the others wait their turn in order. Both are
 *  whole numbers of at least 1; what is left out is not bounded. */
export class RateLimiter {
  constructor(options: { maxConcurrent?: number; perMinute?: number });
  /** Calls `task` when it is its turn, and gives what comes of it. A `signal` that aborts takes the place out of the queue and rejects with
   *  its reason; a task that has begun has to heed it itself. */
  run<R>(task: () => R | Promise<R>, signal?: AbortSignal): Promise<R>;
}

// ---------------------------------------------------------------- errors

export type ErrorCode = "not-initialized" | "invalid-argument" | "guardrail" | "network" | "http" | "timeout" | "protocol" | "provider" | "truncated" | "limit" | "schema" | "tool" | "step" | "storage";
/** Every failure but an abort is one of these, a real Error with a stack. An aborted signal's `reason` passes through as it is. */
export class RefinireError extends Error {
  readonly name: "RefinireError";
  readonly code: ErrorCode;
  /** HTTP status, where there was one. */
  readonly status?: number;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  /** What had been delivered before it failed; of a resumed answer, the whole text so far. */
  readonly partialText: string;
  readonly provider?: Provider;
  /** The step of the flow that failed. */
  readonly step?: string;
  readonly cause?: unknown;
}

/** Validated are `type`, `nullable`, `enum`, `const`, `properties`, `patternProperties`, `required`, `additionalProperties`, `items`, `prefixItems`,
 *  `uniqueItems`, `pattern`, `multipleOf`, the bounds of numbers and sizes, `anyOf`, `oneOf`, `allOf` and `$ref` within the schema; other keywords are
 *  sent, and ignored. */
export type JsonSchema = Record<string, unknown>;
/** https://standardschema.dev */
export type StandardSchema<T> = { readonly "~standard": { readonly version: 1; readonly vendor: string; readonly validate: (value: unknown) => unknown; readonly types?: { readonly output: T } | undefined; /** Standard JSON Schema (https://standardschema.dev/json-schema); a validator's own toJSONSchema() or toJsonSchema() works too. */ readonly jsonSchema?: unknown } };
