// The public surface of `refinire-web`, but for init().

// ---------------------------------------------------------------- agent

/** The wire format used to talk to a model. `openai` is Chat Completions, and with `baseUrl` every compatible server
 *  (OpenRouter, Groq, DeepSeek, Mistral, xAI, LM Studio, vLLM, llama.cpp, LiteLLM …).
 *  `relay` is your own backend over SSE: POST {message, messages, model}; `data: {"chunk": "…"}` … `data: {"complete": true}`, or
 *  `{"error": "…"}`. A payload that is not a JSON object is plain text; `[DONE]` and `[COMPLETE]` also end the turn. Other error
 *  shapes (`detail`, `errors`, `{code, message}` …), and an `event: error` without `chunk` and `complete`, are errors too; they are retried only if they
 *  have a retryable status or code. Any other object is a `raw` event. Empty payloads are skipped; the content type is not checked.
 *  `websocket` is your own backend over WebSocket: the question is sent as one text frame, without instructions, history or model. Text frames are
 *  received, each with a chunk as plain text or with a payload as a relay sends it; "[COMPLETE]" ends the turn.
 *
 *  - Stopping closes the socket: that is how the backend learns of it. After a complete turn the agent keeps the socket for its next run, in any
 *    conversation, for a minute, until the page is left, or until `free()`. Concurrent runs have a socket each.
 *  - A socket that cannot be opened, or is lost before any text, is retried as `retry` says. If it is lost later, `continueOnCut` applies, or the run fails:
 *    with "truncated" if it was closed with 1000 or without a code, with "network" for 1001, 1006 and 1011 to 1015, and with "provider", which is not
 *    retried, for any other code. The message has code and reason. A binary frame is RefinireError "protocol". To continue an answer, only a request to
 *    continue is sent: the backend has to know the rest.
 *  - A WebSocket has no backpressure: chunks that a slow reader has not read wait in memory. `limits.maxEventBytes` bounds a frame, counted as JSON.
 *  - A page cannot give it headers: `apiKey`, `headers`, `credentials`, `fetch`, `providerOptions` and `middleware.request` are not used. The
 *    browser sends its cookies; or put a short-lived ticket into the address, which no error repeats. */
export type Provider = "openai" | "openai-responses" | "anthropic" | "gemini" | "ollama" | "relay" | "websocket";

/** An unknown option throws RefinireError "invalid-argument" and suggests the closest known one. The same holds for every other object of options,
 *  for tools, steps and questions; a middleware may have members of its own. */
export interface AgentOptions {
  name: string;
  generationInstructions: string;
  /** For example "gpt-4o-mini", "claude-sonnet-4-5", "gemini-2.5-flash", "llama3.1:8b", or with a provider: "anthropic://claude-sonnet-4-5". */
  model: string;
  /** Overrides the provider that `model` implies. */
  provider?: Provider;
  /** API root, absolute or relative to the page ("/api/openai/v1"): the part before /chat/completions, /responses, /messages,
   *  /models/…:streamGenerateContent (so it includes /v1 or /v1beta) or /api/chat. For relay and websocket: the endpoint itself, for websocket
   *  with ws:, wss:, http: or https:, or relative.
   *  Default: the provider's public endpoint; relay and websocket have none. */
  baseUrl?: string;
  /** A key, or a function called before every request (for short-lived tokens). Never stored, never in an error or a log. */
  apiKey?: string | (() => string | Promise<string>);
  /** Sending a string `apiKey` from a page directly to a vendor's public endpoint is refused unless this is true. */
  dangerouslyAllowBrowser?: boolean;
  headers?: Record<string, string> | Headers;
  credentials?: RequestCredentials;
  /** Used instead of the global fetch. */
  fetch?: (input: string | Request, init?: RequestInit) => Promise<Response>;

  temperature?: number;
  maxTokens?: number;
  /** Merged into the request body last, for anything this interface does not cover. It is a JSON Merge Patch (RFC 7396): objects merge
   *  member by member, and null removes a member. */
  providerOptions?: Record<string, unknown>;

  /** Functions that the model may call. The calls of one turn run concurrently; their results are sent to the model, which then continues. A throw,
   *  arguments that do not fit and an unknown tool are reported to the model as an error. A call of a tool without `execute` ends the run. */
  tools?: Tool[];
  /** Maximum model calls per run, including tool rounds: a whole number of at least 1. Default 8. */
  maxSteps?: number;
  /** Called before anything is sent. If one returns false or nothing, the run fails with RefinireError "guardrail". */
  inputGuardrails?: ((input: string) => boolean | Promise<boolean>)[];
  /** Called with the whole answer, with `outputSchema` the parsed value. If one returns false or nothing, the run fails with RefinireError "guardrail". */
  outputGuardrails?: ((content: any) => boolean | Promise<boolean>)[];

  /** Regenerates the answer while a judge model scores it below the threshold (0 to 100; default 85), up to `maxRetries` times (a whole number; default 3).
   *  Each answer streams and stays in the conversation, followed by an `evaluation` event; the result is the last one. The prompt for another answer, which
   *  says what to improve, is not kept in the conversation. If the judge's call fails, the run fails. That call uses the agent's `baseUrl` and request
   *  middleware, and its key and `headers` if it goes to the same API root; it does not use its tools, guardrails, limits on the answer or `providerOptions`. */
  evaluation?: { instructions: string; threshold?: number; model?: string; maxRetries?: number };

  /** In a flow: another call of the model, which sees the question and the answer, chooses which of these steps runs next. `instruction` tells it how to
   *  choose. The choice is `context.routingResult` and a `routing` event. */
  routing?: { instruction?: string; destinations: string[] };

  /** Functions around each request and each event, the first one outermost, for example for logging, caching or redaction. */
  middleware?: Middleware[];

  timeout?: Timeouts;
  /** Failures before any text, reasoning or tool call arrived (network, 408, 409, 429, 5xx, a retryable error event inside a 200, a dropped
   *  connection, a connect or firstChunk timeout) are retried after min(maxMs, baseMs * 2^n) with jitter, or after Retry-After if it is at
   *  most 60 s (a longer one fails the run). `attempts`, a whole number, includes the first. Default 3, 500, 8000. A 503 that says that the model
   *  is loading is retried every 1 to 2 s for as long as `timeout.connect`, without counting as an attempt, unless `attempts` is 1. */
  retry?: { attempts?: number; baseMs?: number; maxMs?: number; /** How often the model is asked again for an answer that did not fit `outputSchema`, with the error: a whole number. Default 0. */ schema?: number } | false;
  /** If streaming still fails before anything arrived, send one non-streaming request and deliver its answer. Not after 401, 403, 404, 429,
   *  the total timeout, an abort, or a 400 or 422 that is not about streaming. Default true. */
  fallback?: boolean;
  /** How often to continue when the stream breaks after text was delivered (it ends without a terminal, the connection breaks, or nothing
   *  arrives for timeout.idle): the model is asked to continue from the text so far, and a `continue` event reports it. What the model repeats of
   *  that text, also with other spaces, case or punctuation, is removed; to find it, text is held back for at most 400 characters or 3 s.
   *  A whole number; default 0. A continuation that brings nothing new is retried as `retry` says. Not after an error that the provider
   *  reports, a limit, a stop or the total timeout, and not if the model had begun to call a tool. `usage` is the sum over all attempts that
   *  brought something. */
  continueOnCut?: number;
  /** Treat `<think>…</think>` at the start of an answer as reasoning, not text. Default true for "openai" and "ollama", false for the others. If the answer
   *  ends without `</think>`, its reasoning is also its text. */
  thinkTags?: boolean;
  /** `maxChars` (string.length, never splitting a surrogate pair) ends the answer there with finishReason "limit". An event larger than `maxEventBytes` (default 16 MiB), or
   *  an answer whose text, reasoning and tool arguments exceed `maxAnswerBytes` (default 64 MiB), fails with RefinireError "limit", unless the answer is complete without it. */
  limits?: { maxChars?: number; maxEventBytes?: number; maxAnswerBytes?: number };
  /** How many of the newest history messages are sent. Default 10, as in Refinire; Infinity for all. Older system messages are always sent, too. */
  historySize?: number;
  /** Maximum tokens per request. Of the history, within `historySize`, the newest messages that fit are sent. The instructions, system messages and
   *  the question are always sent; a tool call and its result stay together. Default: no maximum. */
  maxInputTokens?: number;
  /** How many tokens a text has. Called before a request for each message that is sent, and for the first that does not fit; 4 are added per
   *  message. Default: an estimate, UTF-8 bytes / 4 rounded up. */
  countTokens?: (text: string) => number;
  /** Maximum concurrent requests per origin, over all tabs of this site (of this tab where there are no Web Locks, or for more than 64); further
   *  ones queue, those of a tab in order. A whole number of at least 1. Default 5, which leaves the page one HTTP/1.1 connection; Infinity with a
   *  custom `fetch`. Infinity, for servers that speak HTTP/2, neither waits nor counts. */
  maxConnections?: number;
}

/** Functions around what a run does. If one throws, the run ends; a throw of `request` counts as a failed request, which may be retried.
 *  @example a cache: `{ request: async (request, next) => (await cache.match(request.url + request.body)) ?? next(request) }` */
export interface Middleware {
  /** Around each request: change it, look at its Response, or answer it yourself. The key and `headers` are added after this and are not visible here. */
  request?(request: MiddlewareRequest, next: (request: MiddlewareRequest) => Promise<Response>): Response | Promise<Response>;
  /** Called with each event before anyone else sees it. Return the event, another one instead, or nothing to drop it. A changed "text-delta" changes
   *  the chunk; the result and the conversation keep what the model said. */
  event?(event: StreamEvent): StreamEvent | undefined;
}
export interface MiddlewareRequest { url: string; method: string; headers: Record<string, string>; body: string; signal: AbortSignal; credentials?: RequestCredentials }

/** Milliseconds; 0 disables. Default: connect 30000, firstChunk 60000, idle 30000, total 0. `firstChunk` and `idle` measure content only (text,
 *  reasoning, tool calls): comments and pings do not reset them. Time spent frozen, waiting for a slow reader or callback, or queued for `maxConnections`
 *  does not count. `connect` is also how long a page that is offline (`navigator.onLine`) waits for the network before each request; then the run fails
 *  with RefinireError "network". Requests to localhost are made even offline, unless that is the page's own origin. */
export interface Timeouts { connect?: number; firstChunk?: number; idle?: number; total?: number }

/** Structured output with `outputSchema`: a Standard Schema validator (Zod, Valibot, ArkType …), which types and validates `content`,
 *  or a JSON Schema, which validates it while you supply the type. The model gets the JSON Schema, of a validator that of its input, in the provider's
 *  own form. A validator that cannot produce a JSON Schema (Standard JSON Schema, or its own toJSONSchema() or toJsonSchema()) is refused; for Valibot use
 *  toStandardJsonSchema() of @valibot/to-json-schema. OpenAI gets `strict: true` if the schema allows it: in every object all members required and
 *  `additionalProperties: false` (`z.strictObject`), no bounds, patterns or references. If the answer begins with a value, also in a code
 *  fence, the value streams as `partial` and `field` events and is the result if it fits. Otherwise the result is the last value in the answer that fits,
 *  with its events at the end: words and drafts may come before it. If tools ran, the last turn is the answer. If nothing fits, or there is no JSON, the run
 *  fails with RefinireError "schema", which says where and what.
 *  @throws RefinireError "invalid-argument", naming the option that is wrong. */
export const RefinireAgent: {
  new <T>(options: AgentOptions & { outputSchema: StandardSchema<T> }): RefinireAgent<T>;
  new <T = unknown>(options: AgentOptions & { outputSchema: JsonSchema }): RefinireAgent<T>;
  new (options: AgentOptions): RefinireAgent<string>;
};
export interface RefinireAgent<T = string> {
  readonly name: string;
  /** The steps that `routing` chooses from. */
  readonly destinations: string[] | undefined;
  /** Resolves to the whole answer; with `outputSchema`, parsed and validated. With `callback`, chunks are delivered meanwhile. */
  run(input: Input, options?: RunOptions): Promise<RunResult<T>>;
  /** Text chunks as they arrive; with `outputSchema`, pieces of raw JSON. Nothing is requested until the first read, and a slow reader applies
   *  backpressure to the network (Chromium buffers about 64 MB unless the response says Cache-Control: no-store).
   *  `callback`, `onEvent` or reading `result` starts the run at once, and it then runs to the end whether or not anyone reads;
   *  unread chunks are kept for a later reader. */
  runStreamed(input: Input, options?: RunOptions): ChunkStream<T>;
  /** Continues the interrupted answer at the end of `context` (after a dropped connection, a stop or a reload). The stream yields only the new
   *  text; `result.text` is the whole answer, which replaces the interrupted one in the context. No user message is added, and no input
   *  guardrail is called. If the context does not end with an interrupted answer, the stream fails with RefinireError "invalid-argument".
   *  An answer that was interrupted while its tools ran goes on from its text, without the calls; if their results are there, the model is sent
   *  them, and what it says is a new message.
   *  Anthropic, Gemini and Ollama continue the text itself; a model that refuses that, and the other providers, are asked in words. */
  resume(options: RunOptions & { context: Context }): ChunkStream<T>;
  /** Releases the agent's memory in the module. Runs that have begun continue. */
  free(): void;
}

/** A question, alone or with images and files. A Blob or File is sent itself; of a URL only the address is sent, which the provider fetches, and the file's
 *  ending says its media type (image/jpeg if it says none). A kind that the provider does not accept is RefinireError "invalid-argument". Attachments are
 *  sent with this question only, and not kept in the conversation. `text` may be empty if there are attachments. */
export type Input = string | { text: string; attachments?: (Blob | URL)[] };

export interface RunOptions {
  context?: Context;
  /** Receives exactly the chunks the stream yields, in order, before they are yielded. A returned promise is awaited. If it throws, the run ends with that error. */
  callback?: (chunk: string) => void | Promise<void>;
  onEvent?: (event: StreamEvent) => void;
  signal?: AbortSignal;
  /** How deltas are grouped into chunks: one each (default), everything since the last animation frame, or at most n deltas or ms milliseconds.
   *  "frame" uses a timer while the page is hidden. Text and order are the same in every mode. */
  batch?: "delta" | "frame" | { deltas?: number; ms?: number };
  /** What to do while another run is active in the conversation, in this tab or another: wait for it (default), or fail with
   *  RefinireError "invalid-argument". */
  ifBusy?: "wait" | "fail";
}

/** A real ReadableStream (pipeTo, tee, transferable) that is async-iterable in every browser. It can be read once: a second loop throws.
 *  `break`, `cancel()` or a failing `pipeTo` aborts the request; the text so far stays in the context, marked as interrupted. */
export type ChunkStream<T = string> = ReadableStream<string> & AsyncIterable<string> & {
  /** Settles when the run ends. Never causes an unhandled rejection. After `break` or `cancel()` it resolves with finishReason "aborted".
   *  If the run fails or its signal aborts, it rejects with the stream's error, after every earlier chunk was read; in a run that does not wait
   *  for a reader, at once. */
  readonly result: Promise<RunResult<T>>;
};

export interface RunResult<T = string> {
  /** The text, or the parsed value with `outputSchema`. */
  content: T;
  /** The text of all turns of the model, joined: there are several if tools ran. */
  text: string;
  /** Parts are separated by a blank line. */
  reasoning: string;
  /** Of all turns. */
  toolCalls: ToolCall[];
  /** Cited or retrieved sources, in order of arrival, without duplicates. */
  sources: Source[];
  /** Images, audio and other files the model produced. */
  files: GeneratedFile[];
  finishReason: FinishReason;
  /** The provider's own value. */
  rawFinishReason?: string;
  usage?: Usage;
  metrics: Metrics;
  evaluation?: { score: number; passed: boolean; feedback?: string };
  routing?: RoutingResult;
  /** How many requests it took. */
  attempts: number;
  /** False if the last evaluation was not passed. */
  success: boolean;
}
/** "limit": `limits.maxChars` was reached. "content-filter": includes refusals; their text is delivered as text.
 *  "user-input": a flow waits for the user, see `UserInputStep`. "tool-calls": the answer ends with calls that this run does not execute.
 *  A connection that closes before the provider signals the end is RefinireError "truncated", never a finish reason. */
export type FinishReason = "stop" | "length" | "content-filter" | "tool-calls" | "limit" | "aborted" | "user-input" | "other";
/** inputTokens include cached tokens and outputTokens include reasoning, whatever the provider's own accounting. */
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
  | { type: "partial"; value: unknown }                                  // structured output so far: its open parts are copied, so it does not change later; large values come less often than each delta
  | { type: "field"; path: (string | number)[]; value: unknown }         // this value is final
  | { type: "source"; source: Source }                                   // cited, or found by a search; delivered after the text that it refers to
  | { type: "file"; file: GeneratedFile }
  | { type: "usage"; usage: Usage }
  | { type: "retry"; attempt: number; delayMs: number; error: RefinireError }
  | { type: "fallback"; error: RefinireError }
  | { type: "continue"; error: RefinireError }                           // the stream broke with this error, and the model is asked to continue
  | { type: "evaluation"; score: number; passed: boolean; feedback?: string }
  | { type: "routing"; nextRoute: string; reasoning?: string }
  | { type: "step-start"; step: string }
  | { type: "step-finish"; step: string; durationMs: number; status: "completed" | "failed" }
  | { type: "user-input"; prompt: string }                               // a flow waits for the user
  | { type: "raw"; data: string }                                        // a provider event this library does not interpret, or not completely
  | { type: "finish"; reason: FinishReason; usage?: Usage; metrics: Metrics }
  | { type: "error"; error: unknown; partialText: string };              // last event of a failed or aborted run; partialText is what was delivered

/** `parameters`: the arguments, as a JSON Schema or a Standard Schema validator; omit it for a tool without arguments. Arguments are validated before
 *  `execute`; a mismatch is reported to the model. `execute` runs in the page; its result is sent to
 *  the model, a string as it is, anything else as JSON. `signal` aborts when the run is stopped. */
export interface Tool { name: string; description: string; parameters?: JsonSchema | StandardSchema<unknown>; execute?: (input: any, context?: Context, call?: { id: string; signal: AbortSignal }) => unknown | Promise<unknown> }
/** `input` is undefined if `inputText` is not valid JSON. It is an empty object if the model wrote nothing or `null`, and the object itself if the model
 *  wrote a string that contains it. A call whose input is undefined, or to an unknown tool, is reported to the model as an error. */
export interface ToolCall { id: string; name: string; input: unknown; inputText: string }

// ---------------------------------------------------------------- context

export interface ContextOptions {
  /** The conversation's name in the store; random if omitted. The same id in another page or tab is the same conversation. */
  id?: string;
  /** Where it is stored. Default "local". If that storage is missing or denied, memory is used and `onStorageError` is called. In "memory" each
   *  Context is a conversation of its own. */
  storage?: "local" | "session" | "memory" | StorageAdapter;
  /** Called with what could not be stored or read, and what was removed from a full store. Runs do not fail because of it. */
  onStorageError?: (error: RefinireError) => void;
}
/** The shape of localStorage, sync or async: IndexedDB (idb-keyval), your server … Without `keys` the library keeps a list of its own keys. */
export interface StorageAdapter {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
  keys?(): string[] | Promise<string[]>;
  /** Reports changes made elsewhere; without it only this page's changes are seen. Returns an unsubscribe function. */
  subscribe?(changed: (key: string) => void): () => void;
}
/** `interrupted`: it ended before it was complete, or is still being written; also while its tools run. */
export interface Message { role: "user" | "assistant" | "system" | "tool"; content: string; timestamp: string; metadata: Record<string, unknown>; interrupted?: boolean; toolCalls?: ToolCall[]; toolCallId?: string; reasoning?: string; sources?: Source[]; /** Stored, except the `data` of files over 64 KB in local and session storage: that lasts as long as its Context. */ files?: GeneratedFile[] }

/** A conversation, and the state shared by the steps of a flow. Saved as it changes, including while an answer streams.
 *  Runs in one context execute one at a time, in call order. */
export class Context {
  constructor(options?: ContextOptions);
  /** Resolves when stored data has been read; immediately for local and session storage. */
  readonly ready: Promise<Context>;
  readonly id: string;
  readonly messages: readonly Message[];
  readonly lastUserInput: string | undefined;
  /** JSON values. Mutate it freely; saved at the end of every step and run, whenever messages are saved, and by save(). */
  sharedState: Record<string, any>;
  /** The last run's result and its content. */
  readonly result: RunResult<any> | undefined;
  readonly content: any;
  /** Which step `routing` chose last. */
  readonly routingResult: RoutingResult | undefined;
  addUserMessage(content: string, metadata?: Record<string, unknown>): void;
  addAssistantMessage(content: string, metadata?: Record<string, unknown>): void;
  addSystemMessage(content: string, metadata?: Record<string, unknown>): void;
  getLastMessages(n?: number): Message[];
  getConversationText(options?: { includeSystem?: boolean }): string;
  /** Flow routing: choose the next step, or end the flow. The last call counts, and overrides what was declared. */
  goto(step: string): void;
  finish(): void;
  /** Whether a flow in this context has ended, or finish() was called. */
  readonly finished: boolean;
  /** Called on every change from any tab. Returns an unsubscribe function. */
  subscribe(listener: (context: Context) => void): () => void;
  /** Resolves when everything so far has been saved. */
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

/** `signal` aborts when the flow is stopped; a stop does not wait for the function. */
export type StepFunction = (input: string, context: Context, call: { signal: AbortSignal }) => unknown | Promise<unknown>;
export type Step = RefinireAgent<any> | FunctionStep | ConditionStep | ParallelStep | UserInputStep | Flow;
/** A step and its settings in this flow. `nextStep`: the name of the next step, null to end the flow. `storeResultKey`: the content is also stored in
 *  `sharedState` under this key. `onError`: see `OnError`. A plain function is a FunctionStep; in a list or
 *  a branch its name is the function's own, which minifiers change. */
export type StepDefinition = Step | StepFunction
  | { agent: RefinireAgent<any>; nextStep?: string | null; storeResultKey?: string; onError?: OnError }
  | { step: Step | StepFunction; nextStep?: string | null; storeResultKey?: string; onError?: OnError }
  | ({ parallel: (Step | StepFunction)[]; nextStep?: string | null; storeResultKey?: string; onError?: OnError } & ParallelOptions);
/** What happens if a step fails: it is run again up to `retry` times (each with a `retry` event); then the flow continues with the step `goto`, or with
 *  `value` as the step's content (both with a `fallback` event), or fails. */
export interface OnError { retry?: number; goto?: string; value?: unknown }
/** At most `maxWorkers` branches run at a time. If a branch fails, the others are stopped ("cancel", the default) or run to their ends ("finish");
 *  in both cases the step fails, and the answers so far stay in the context. */
export interface ParallelOptions { maxWorkers?: number; onFailure?: "cancel" | "finish" }

/** The return value becomes `context.content`; returning the context or nothing leaves it unchanged. A throw fails the step with RefinireError "step", unless it is a RefinireError itself. */
export class FunctionStep { constructor(name: string, fn: StepFunction, nextStep?: string | null); readonly name: string; readonly kind: "function" }
/** Routes by what `condition` returns: true, false, or a step name. */
export class ConditionStep { constructor(name: string, condition: (context: Context) => boolean | string | Promise<boolean | string>, ifTrue: string, ifFalse: string); readonly name: string; readonly kind: "condition" }
/** Each branch gets a copy of the context; `sharedState` is merged back in declaration order, conflicts as "<step>_<key>". The step's content is an
 *  object with each branch's content under its name. Names must differ; an agent that is used again is named "name#2" there, and so on. A branch cannot wait for the user or continue with another step, neither
 *  by a ConditionStep nor by `onError.goto`; `goto()` and `finish()` in a branch have no effect outside it. */
export class ParallelStep { constructor(name: string, steps: (Step | StepFunction)[], options?: ParallelOptions & { nextStep?: string | null }); readonly name: string; readonly kind: "parallel" }
/** Asks the user: the question is added as an assistant message, the flow's stream ends with finishReason "user-input", and `flow.resume(answer)`
 *  continues with the next step, with the answer as the content. The flow's position is saved with the context, so this also works after a reload. */
export class UserInputStep { constructor(name: string, prompt: string | ((context: Context) => string | Promise<string>), nextStep?: string | null); readonly name: string; readonly kind: "input" }

export interface FlowOptions {
  /** Identifies a waiting flow after a reload. Default "flow". */
  name?: string;
  /** The first step to run. Default: the first one declared. */
  start?: string;
  /** Default: the flow's own, in memory. */
  context?: Context;
  /** Maximum steps per run; beyond it the run fails with RefinireError "limit", which names the path. Default 1000, as in Refinire. */
  maxSteps?: number;
  /** Called before and after each step, and awaited; a throw fails the step. For a UserInputStep, `afterStep` is called once the user has answered. */
  beforeStep?: (step: string, context: Context) => void | Promise<void>;
  afterStep?: (step: string, context: Context) => void | Promise<void>;
}

/** Steps run in the given order unless nextStep, a ConditionStep or context.goto() changes it. (JavaScript puts numeric keys first.)
 *
 *  - The input is added once as a user message. Functions receive it, and the context with the previous step's `result` and `content`.
 *  - The first agent is asked the input. After a step with content an agent is asked `${input}\n\n# ${name of that step}\n\n${content}`, with content
 *    other than text as JSON. This prompt is not added to the conversation; the agent also gets the last `historySize` messages, as always.
 *  - An agent's answer is a message while it streams, also in branches.
 *  - In an agent's `generationInstructions`, `{{name}}` is replaced by `sharedState.name`, `{{RESULT}}` by `context.content` and `{{EVAL_RESULT}}` by its
 *    evaluation. Values other than text are written as JSON; unknown names stay as they are. This holds for any run with a context.
 *  - A failure is a RefinireError with the name of its `step`: the agent's error, or "step". Its `partialText` is what that step had delivered.
 *    A failed step's `goto()` and `finish()` are ignored. */
export class Flow {
  constructor(steps: Record<string, StepDefinition> | [string, StepDefinition][] | (Step | StepFunction)[], options?: FlowOptions);
  readonly name: string;
  readonly kind: "flow";
  readonly context: Context;
  /** `content` is the context's, `text` what the agents streamed; usage and attempts are summed over the agents. A flow's run takes its turn among the
   *  runs of its context. Runs that a function, condition, prompt or hook of the flow starts in that context are part of the flow's run and do not wait for it.
   *  Do not await a run of the flow itself there: it waits for the current one, which would never end. */
  run(input: string, options?: Omit<RunOptions, "context">): Promise<RunResult<any>>;
  /** Only agents yield chunks. Chunks of parallel agents are yielded branch by branch in declaration order; `onEvent` sees them live, each with its `step`.
   *  A branch never waits for its turn to be read: its chunks are buffered, at most its whole answer. */
  runStreamed(input: string, options?: Omit<RunOptions, "context">): ChunkStream<any>;
  /** Continues after the UserInputStep that waits. If none does, the stream fails with RefinireError "invalid-argument". */
  resume(answer: string, options?: Omit<RunOptions, "context">): ChunkStream<any>;
  /** What the user is asked while the flow waits. If the run that follows the answer fails, is stopped or ends with the page before an agent said anything,
   *  it is set again, so that the answer can be given once more; until then the answer's message has `metadata.answers`, the flow's name. */
  readonly awaiting: { flow: string; step: string; path: string[]; input: string; prompt: string; history: StepRecord[] } | undefined;
  /** The graph as Mermaid text, with the path taken so far highlighted. */
  show(): string;
  /** The steps of the last run since its input, also if it was continued in another page; those of nested flows and branches are in `steps`. */
  readonly history: StepRecord[];
  /** Frees the context that the flow created itself, once the runs that have begun have ended. */
  free(): void;
}
/** `startedAt` as ISO 8601 in UTC. */
export interface StepRecord { step: string; startedAt: string; durationMs: number; status: "completed" | "failed" | "aborted"; error?: string; steps?: StepRecord[] }

// ---------------------------------------------------------------- standalone

/** The decoder on its own, for a Response you fetched yourself, in a page, worker or service worker. */
export function decodeResponse(response: Response, options: { provider: Exclude<Provider, "websocket">; thinkTags?: boolean; limits?: AgentOptions["limits"] } & Omit<RunOptions, "context">): ChunkStream;

/** Parses JSON text incrementally; each push costs time proportional to what was pushed.
 *
 *  - A string appears at its opening quote and only grows; an array or object appears at its bracket and only gains members.
 *    Numbers and literals appear when complete; a number is complete when the next character has arrived.
 *  - Escapes and surrogate pairs are never split: half a pair waits for the next character, and is kept if it stays alone.
 *  - `__proto__` is an ordinary own property. If a key occurs twice, the last value replaces the first as soon as it appears: the only case in
 *    which a value does more than grow. The replaced value itself is not changed.
 *  - As strict as JSON.parse, also about white space and a byte order mark, and stricter about depth: at most 128 nested arrays and objects. */
export class JsonStream {
  /** Adds the next piece of the text, cut anywhere.
   *  @throws RefinireError "protocol" as soon as the text cannot become JSON; the message has the offset in UTF-16 units. `value` stays as it
   *  was before that, and push() and finish() throw the same error from then on. */
  push(text: string): void;
  /** The complete value, as JSON.parse would return it.
   *  @throws RefinireError "protocol" if the text is incomplete, or the error that push() threw. */
  finish(): unknown;
  /** The value so far, not a copy: the same array or object as it grows, so do not change it. Undefined before there is one. */
  readonly value: unknown;
  /** Releases the value; every later use throws RefinireError "invalid-argument". */
  free(): void;
}

/** At most `maxConcurrent` tasks at a time, and at most `perMinute` starts in any 60 seconds; further ones queue in order. Both are
 *  whole numbers of at least 1; if omitted, there is no limit. */
export class RateLimiter {
  constructor(options: { maxConcurrent?: number; perMinute?: number });
  /** Calls `task` when it is its turn, and resolves to its result. If `signal` aborts, the task leaves the queue and the promise rejects with
   *  the reason; a task that has begun has to handle the signal itself. */
  run<R>(task: () => R | Promise<R>, signal?: AbortSignal): Promise<R>;
}

// ---------------------------------------------------------------- errors

export type ErrorCode = "not-initialized" | "invalid-argument" | "guardrail" | "network" | "http" | "timeout" | "protocol" | "provider" | "truncated" | "limit" | "schema" | "tool" | "step" | "storage";
/** Every failure except an abort is one of these: a real Error with a stack. An aborted signal's `reason` is passed through unchanged. */
export class RefinireError extends Error {
  readonly name: "RefinireError";
  readonly code: ErrorCode;
  /** HTTP status, if there was one. */
  readonly status?: number;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  /** The text delivered before the failure; for a resumed answer, the whole text so far. */
  readonly partialText: string;
  readonly provider?: Provider;
  /** The step of the flow that failed. */
  readonly step?: string;
  readonly cause?: unknown;
}

/** These keywords are validated: `type`, `nullable`, `enum`, `const`, `properties`, `patternProperties`, `required`, `additionalProperties`, `items`, `prefixItems`,
 *  `uniqueItems`, `pattern`, `multipleOf`, the bounds of numbers and sizes, `anyOf`, `oneOf`, `allOf` and `$ref` within the schema. Other keywords are
 *  sent to the model, and not validated. */
export type JsonSchema = Record<string, unknown>;
/** https://standardschema.dev */
export type StandardSchema<T> = { readonly "~standard": { readonly version: 1; readonly vendor: string; readonly validate: (value: unknown) => unknown; readonly types?: { readonly output: T } | undefined; /** Standard JSON Schema (https://standardschema.dev/json-schema); a validator's own toJSONSchema() or toJsonSchema() works too. */ readonly jsonSchema?: unknown } };
