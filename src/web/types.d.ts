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
  /** The agent's name: in a flow, in events and in errors. */
  name: string;
  /** The system prompt; "" for none. `{{name}}` is replaced as in a {@link Flow} if the run has a context. */
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
  /** Added to every request; they override the library's own. Not used by "websocket". */
  headers?: Record<string, string> | Headers;
  /** As in fetch: whether cookies are sent. Default: what fetch does, "same-origin". */
  credentials?: RequestCredentials;
  /** Used instead of the global fetch. */
  fetch?: (input: string | Request, init?: RequestInit) => Promise<Response>;

  /** Sent as it is. Default: the provider's. */
  temperature?: number;
  /** Maximum tokens of one answer, sent under the provider's own name for it. Default: the provider's; 4096 for Anthropic, which needs one. */
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
  evaluation?: {
    /** What the judge looks for. */
    instructions: string;
    /** The lowest score that passes, 0 to 100. Default 85. */
    threshold?: number;
    /** The judge's model. Default: the agent's. */
    model?: string;
    /** How often another answer is generated. Default 3. */
    maxRetries?: number;
  };

  /** In a flow: another call of the model, which sees the question and the answer, chooses which of these steps runs next. `instruction` tells it how to
   *  choose. The choice is `context.routingResult` and a `routing` event. */
  routing?: {
    /** How to choose, in words for the model. */
    instruction?: string;
    /** Names of the flow's steps. */
    destinations: string[];
  };

  /** Functions around each request and each event, the first one outermost, for example for logging, caching or redaction. */
  middleware?: Middleware[];

  /** How long a request may take, in milliseconds. A run that takes longer fails with RefinireError "timeout". */
  timeout?: Timeouts;
  /** Failures before any text, reasoning or tool call arrived (network, 408, 409, 429, 5xx, a retryable error event inside a 200, a dropped
   *  connection, a connect or firstChunk timeout) are retried after min(maxMs, baseMs * 2^n) with jitter, or after Retry-After if it is at
   *  most 60 s (a longer one fails the run). `attempts`, a whole number, includes the first. Default 3, 500, 8000. A 503 that says that the model
   *  is loading is retried every 1 to 2 s for as long as `timeout.connect`, without counting as an attempt, unless `attempts` is 1. */
  retry?: {
    /** Requests in all, including the first. Default 3. */
    attempts?: number;
    /** The first delay, in milliseconds. Default 500. */
    baseMs?: number;
    /** The longest delay, in milliseconds. Default 8000. */
    maxMs?: number;
    /** How often the model is asked again for an answer that did not fit `outputSchema`, with the error: a whole number. Default 0. */
    schema?: number;
  } | false;
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
  limits?: {
    /** Longest text, in UTF-16 units. Default: no limit. */
    maxChars?: number;
    /** Largest event, in bytes. Default 16 MiB. */
    maxEventBytes?: number;
    /** Largest answer, in bytes. Default 64 MiB. */
    maxAnswerBytes?: number;
  };
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
/** A request, without the key and the agent's `headers`. */
export interface MiddlewareRequest {
  /** The absolute address. */
  url: string;
  /** "POST". */
  method: string;
  /** The library's own headers, for example `content-type`. */
  headers: Record<string, string>;
  /** The body, as JSON text. */
  body: string;
  /** Aborts when the run is stopped or a timer fires. */
  signal: AbortSignal;
  /** The agent's `credentials`. */
  credentials?: RequestCredentials;
}

/** Milliseconds; 0 disables. Default: connect 30000, firstChunk 60000, idle 30000, total 0. `firstChunk` and `idle` measure content only (text,
 *  reasoning, tool calls): comments and pings do not reset them. Time spent frozen, waiting for a slow reader or callback, or queued for `maxConnections`
 *  does not count. `connect` is also how long a page that is offline (`navigator.onLine`) waits for the network before each request; then the run fails
 *  with RefinireError "network". Requests to localhost are made even offline, unless that is the page's own origin. */
export interface Timeouts {
  /** From the request to the response's headers, in milliseconds. Default 30000. */
  connect?: number;
  /** From the request to the first content, in milliseconds. Default 60000. */
  firstChunk?: number;
  /** Between two pieces of content, in milliseconds. Default 30000. */
  idle?: number;
  /** The whole run, in milliseconds. Default 0: no limit. */
  total?: number;
}

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
  /** With a validator, which types `content`. */
  new <T, const Inputs extends readonly unknown[]>(options: OptionsWithTools<Inputs> & { outputSchema: StandardSchema<T> }): RefinireAgent<T>;
  /** With a JSON Schema. `T` is not checked against it. */
  new <T = unknown>(options: AgentOptions & { outputSchema: JsonSchema }): RefinireAgent<T>;
  /** For text. */
  new <const Inputs extends readonly unknown[]>(options: OptionsWithTools<Inputs>): RefinireAgent<string>;
};
/** `AgentOptions` whose tools are typed one by one: the `execute` of each takes what its validator produces. */
export type OptionsWithTools<Inputs extends readonly unknown[]> = Omit<AgentOptions, "tools"> & {
  /** The tools that the model may call. */
  tools?: { [At in keyof Inputs]: Tool<Inputs[At]> };
};
/** A model with instructions. It can run as often as you like, also several times at once. */
export interface RefinireAgent<T = string> {
  /** The name it was given. */
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
  /** Continues the interrupted answer at the end of `context` (after a dropped connection, a stop, a reload or finishReason "length"). The stream yields only the new
   *  text; `result.text` is the whole answer, which replaces the interrupted one in the context. No user message is added, and no input
   *  guardrail is called. If the context does not end with an interrupted answer, the stream fails with RefinireError "invalid-argument".
   *  An answer that was interrupted while its tools ran goes on from its text, without the calls; if their results are there, the model is sent
   *  them, and what it says is a new message.
   *  Anthropic, Gemini and Ollama continue the text itself; a model that refuses that, and the other providers, are asked in words. */
  resume(options: RunOptions & { context: Context }): ChunkStream<T>;
  /** Asks the last question of `context` again. The new answer is an alternative to the earlier one, which is kept with all that followed it: see
   *  {@link Message.alternatives}. From the start of the run, `messages` ends with the question; if the run ends before anything of the new answer was
   *  kept, the earlier one is shown again. If there is no question, the stream fails with RefinireError "invalid-argument". */
  regenerate(options: RunOptions & { context: Context }): ChunkStream<T>;
  /** Releases the agent's memory in the module. Runs that have begun continue. */
  free(): void;
}

/** A question, alone or with images and files. A Blob or File is sent itself; of a URL only the address is sent, which the provider fetches, and the file's
 *  ending says its media type (image/jpeg if it says none). A kind that the provider does not accept is RefinireError "invalid-argument". With a
 *  `context`, attachments stay with the message and are sent again while it is within `historySize`: see {@link Attachment}. `text` may be empty if there
 *  are attachments. */
export type Input = string | {
  /** The question. */
  text: string;
  /** Images and files. */
  attachments?: (Blob | URL)[];
};

/** Options of one run. */
export interface RunOptions {
  /** The conversation: its messages are sent, and the question and the answer are added to it. Default: none, the question alone is sent. */
  context?: Context;
  /** Receives exactly the chunks the stream yields, in order, before they are yielded. A returned promise is awaited. If it throws, the run ends with that error. */
  callback?: (chunk: string) => void | Promise<void>;
  /** Called with each event, in order. If it throws, the run ends with that error, unless it was the last event. */
  onEvent?: (event: StreamEvent) => void;
  /** Stops the run: the connection is closed, the text so far stays in the context, and the run rejects with the signal's `reason`. */
  signal?: AbortSignal;
  /** How deltas are grouped into chunks: one each (default), everything since the last animation frame, or at most n deltas or ms milliseconds.
   *  "frame" uses a timer while the page is hidden. Text and order are the same in every mode.
   *
   *  `{ pace: true }` smooths bursts, as of servers that send many tokens at once: a small portion is delivered with each animation frame,
   *  which never ends within a character. Text is delivered at most `ms` (default 500) milliseconds after it arrived, and at once while the page is
   *  hidden, while `prefers-reduced-motion: reduce` matches, before tools run, and when the answer ends: the result does not wait. */
  batch?: "delta" | "frame" | {
    /** At most so many deltas in a chunk. */
    deltas?: number;
    /** A delta waits at most so long, in milliseconds. Default: no bound; 500 with `pace`. */
    ms?: number;
    /** Smooths bursts. Not together with `deltas`. Default: false. */
    pace?: boolean;
  };
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

/** What a run resolves to. */
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
  /** Why the answer ended. */
  finishReason: FinishReason;
  /** The provider's own value. */
  rawFinishReason?: string;
  /** Tokens, summed over all requests of the run; undefined if the provider reports none. */
  usage?: Usage;
  /** Sizes and times. */
  metrics: Metrics;
  /** The judge's last verdict, with `evaluation`. */
  evaluation?: {
    /** 0 to 100. */
    score: number;
    /** Whether the score reached the threshold. */
    passed: boolean;
    /** What the judge would improve. */
    feedback?: string;
  };
  /** The step that was chosen, with `routing`. */
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
export interface Usage {
  /** Tokens of the request, including cached ones. */
  inputTokens?: number;
  /** Tokens of the answer, including reasoning. */
  outputTokens?: number;
  /** Both, as reported. */
  totalTokens?: number;
  /** Of the output, those of reasoning. */
  reasoningTokens?: number;
  /** Of the input, those read from the provider's cache. */
  cachedInputTokens?: number;
  /** The run was stopped before the provider reported usage: this is an estimate. */
  estimated?: true;
}
/** `start` and `end` are UTF-16 offsets in the text, if the provider gives them: in a result and in events in `result.text`, in a message in its
 *  `content`. A source that only repeats what another with the same `url` says is left out. */
export interface Source {
  /** Where it is. */
  url?: string;
  /** Its title. */
  title?: string;
  /** The cited passage or a snippet. */
  text?: string;
  /** Where the text that it supports begins: a UTF-16 offset. */
  start?: number;
  /** Where that text ends: a UTF-16 offset, exclusive. */
  end?: number;
}
/** An image, audio or another file that the model made: `data` or `url`. */
export interface GeneratedFile {
  /** For example "image/png". */
  mediaType: string;
  /** The content, as base64. */
  data?: string;
  /** Where the provider keeps it. */
  url?: string;
  /** Its name, or what it contains. */
  name?: string;
}
/** Sizes and times of a run. */
export interface Metrics {
  /** Chunks delivered. */
  chunks: number;
  /** Length of the text, in UTF-16 units. */
  chars: number;
  /** Bytes received, without headers. */
  bytes: number;
  /** From the start of the run to the first chunk, in milliseconds; without a chunk, to its end. */
  timeToFirstChunkMs: number;
  /** From the start of the run to its end, in milliseconds. */
  durationMs: number;
  /** `chars` by the seconds of `durationMs`; 0 if that is 0. */
  charsPerSecond: number;
}

/** An event of a run, and in a flow the step that it belongs to. */
export type StreamEvent = RunEvent & {
  /** In a flow: the name of its step. */
  step?: string;
  /** In a branch or a nested flow: the names from the outside in. */
  steps?: string[];
};
/** What `onEvent` is called with. `type` tells which event it is. */
export type RunEvent =
  | {
    /** A request begins. */
    type: "start";
    /** The wire format. */
    provider: Provider;
    /** The model. */
    model: string;
    /** 1 for the first request. */
    attempt: number;
  }
  | {
    /** More of the answer. */
    type: "text-delta";
    /** The new text. */
    text: string;
  }
  | {
    /** More of the reasoning. */
    type: "reasoning-delta";
    /** The new text. */
    text: string;
  }
  | {
    /** The model begins to call a tool. */
    type: "tool-input-start";
    /** The call's id. */
    id: string;
    /** The tool's name. */
    name: string;
  }
  | {
    /** More of a call's arguments. */
    type: "tool-input-delta";
    /** The call's id. */
    id: string;
    /** The new piece of JSON text. */
    text: string;
  }
  | {
    /** A call is complete. */
    type: "tool-call";
    /** The call's id. */
    id: string;
    /** The tool's name. */
    name: string;
    /** The arguments; undefined if they are not JSON. */
    input: unknown;
  }
  | {
    /** A tool has run. */
    type: "tool-result";
    /** The call's id. */
    id: string;
    /** The tool's name. */
    name: string;
    /** What `execute` returned; for an error its message. */
    output: unknown;
    /** `execute` threw, or the call did not fit. */
    isError?: boolean;
  }
  | {
    /** With `outputSchema`: the value so far. Large values come less often than each delta. */
    type: "partial";
    /** A copy, which does not change later. */
    value: unknown;
  }
  | {
    /** With `outputSchema`: this part of the value is final. */
    type: "field";
    /** Where it is: keys and indices from the outside in. */
    path: (string | number)[];
    /** The part. */
    value: unknown;
  }
  | {
    /** A source was cited, or found by a search. It comes after the text that it refers to. */
    type: "source";
    /** The source. */
    source: Source;
  }
  | {
    /** The model made a file. */
    type: "file";
    /** The file. */
    file: GeneratedFile;
  }
  | {
    /** The provider reported tokens. */
    type: "usage";
    /** All so far. */
    usage: Usage;
  }
  | {
    /** A request failed and is made again. */
    type: "retry";
    /** The number of the next attempt. */
    attempt: number;
    /** How long it waits first, in milliseconds. */
    delayMs: number;
    /** Why it failed. */
    error: RefinireError;
  }
  | {
    /** A request without streaming is made instead; in a flow: `onError` takes effect. */
    type: "fallback";
    /** Why. */
    error: RefinireError;
  }
  | {
    /** The stream broke, and the model is asked to continue. */
    type: "continue";
    /** How it broke. */
    error: RefinireError;
  }
  | {
    /** The judge has scored an answer. */
    type: "evaluation";
    /** 0 to 100. */
    score: number;
    /** Whether the score reached the threshold. */
    passed: boolean;
    /** What the judge would improve. */
    feedback?: string;
  }
  | {
    /** The model has chosen the next step. */
    type: "routing";
    /** The step's name. */
    nextRoute: string;
    /** Why, in the model's words. */
    reasoning?: string;
  }
  | {
    /** A step of a flow begins. */
    type: "step-start";
    /** Its name. */
    step: string;
  }
  | {
    /** A step of a flow has ended. */
    type: "step-finish";
    /** Its name. */
    step: string;
    /** How long it took, in milliseconds. */
    durationMs: number;
    /** How it ended. */
    status: "completed" | "failed";
  }
  | {
    /** A flow waits for the user. */
    type: "user-input";
    /** What the user is asked. */
    prompt: string;
  }
  | {
    /** A provider's event that this library does not interpret, or not completely. */
    type: "raw";
    /** The event's payload. */
    data: string;
  }
  | {
    /** The run is complete. The last event. */
    type: "finish";
    /** Why the answer ended. */
    reason: FinishReason;
    /** Tokens of the run. */
    usage?: Usage;
    /** Sizes and times of the run. */
    metrics: Metrics;
  }
  | {
    /** The run failed or was stopped. The last event. */
    type: "error";
    /** A RefinireError, or the `reason` of the signal. */
    error: unknown;
    /** The text that was delivered. */
    partialText: string;
  };

/** A function of the page that the model may call. */
export interface Tool<Input = any> {
  /** How the model calls it: letters, digits, "_" and "-". */
  name: string;
  /** When to call it, in words for the model. */
  description: string;
  /** The arguments, as a JSON Schema or a Standard Schema validator; omit it for a tool without arguments. Arguments are validated before
   *  `execute`; a mismatch is reported to the model. */
  parameters?: JsonSchema | StandardSchema<Input>;
  /** Runs in the page. With a validator, `input` has the type that it produces. Its result is sent to the model, a string as it is, anything else as JSON. `signal` aborts when the run is stopped. Without
   *  `execute` a call ends the run with finishReason "tool-calls". */
  execute?: (input: unknown extends Input ? any : Input, context?: Context, call?: { id: string; signal: AbortSignal }) => unknown | Promise<unknown>;
}
/** A call of a tool. One whose `input` is undefined, or of an unknown tool, is reported to the model as an error. */
export interface ToolCall {
  /** The provider's id, or one made here. */
  id: string;
  /** The tool's name. */
  name: string;
  /** The arguments; undefined if `inputText` is not JSON. An empty object if the model wrote nothing or `null`, and the object itself if the model
   *  wrote a string that contains it. */
  input: unknown;
  /** The arguments as the model wrote them. */
  inputText: string;
}

// ---------------------------------------------------------------- context

/** Options of a {@link Context}. */
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
  /** The text under a key; null or undefined if there is none. */
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  /** Stores a text. A returned promise is awaited; a throw or a rejection is reported to `onStorageError`. */
  setItem(key: string, value: string): unknown;
  /** Deletes a key, which need not exist. */
  removeItem(key: string): unknown;
  /** All keys, also those of other code. */
  keys?(): string[] | Promise<string[]>;
  /** Reports changes made elsewhere; without it only this page's changes are seen. Returns an unsubscribe function. */
  subscribe?(changed: (key: string) => void): () => void;
}
/** An image or a file that came with a question; its bytes are in `context.attachment(id)`. It is sent with its message each time that this is, and deleted
 *  with it. One that the provider of a later request does not accept, or whose bytes are missing, is named in the text instead:
 *  "[attachment: report.pdf]".
 *
 *  The bytes are in IndexedDB (database "refinire-web") for "local" and "session" storage, in memory for "memory", and for an adapter under
 *  keys that begin with "refinire-web@", as data URLs. If IndexedDB is full, the oldest attachments of any conversation are removed; if there is
 *  none, or still no room, the bytes are in memory. `onStorageError` is called for both, and no run fails. Attachments that no message refers to
 *  are removed by a later page. */
export interface Attachment {
  /** What `context.attachment` takes. */
  readonly id: string;
  /** For example "image/png". */
  mediaType: string;
  /** The file's name, if it has one. */
  name?: string;
  /** Its size in bytes. Not set for a URL. */
  size?: number;
  /** Where it is, if it was given as a URL: only this is kept. */
  url?: string;
}
/** A message of a conversation. It is frozen. */
export interface Message {
  /** The same in every tab and after a reload. `toJSON` leaves it out: what `fromJSON` makes has new ones. */
  readonly id: string;
  /** Set on the first message of an alternative, if there are several: on the answer after `regenerate`, on the question after an edit with
   *  `branch`. `selectAlternative` shows another one. */
  alternatives?: {
    /** Which one is shown, from 0: the oldest first. */
    index: number;
    /** How many there are, at least 2. */
    count: number;
  };
  /** It is being written, in this tab or in another one; not set while its tools run. `content` has each chunk as soon as it is delivered. */
  streaming?: true;
  /** Who said it; "tool" is the result of a call. */
  role: "user" | "assistant" | "system" | "tool";
  /** The text. */
  content: string;
  /** When it was added, as ISO 8601 in UTC. */
  timestamp: string;
  /** What was given to `addUserMessage` and its like, and what a flow notes. JSON values. */
  metadata: Record<string, unknown>;
  /** It ended before it was complete: it was stopped, it failed, its page was closed, or the model stopped at its length limit. */
  interrupted?: boolean;
  /** What came with a question. */
  attachments?: Attachment[];
  /** The calls that an answer ended with. */
  toolCalls?: ToolCall[];
  /** For role "tool": the call that this is the result of. */
  toolCallId?: string;
  /** The answer's reasoning. */
  reasoning?: string;
  /** The answer's sources; offsets are positions in `content`. */
  sources?: Source[];
  /** Files of the answer. Stored, except the `data` of files over 64 KB in local and session storage: that lasts as long as its Context. */
  files?: GeneratedFile[];
}

/** A conversation, and the state shared by the steps of a flow. Saved as it changes, including while an answer streams.
 *  Runs in one context execute one at a time, in call order. */
export class Context {
  /** Opens a conversation, or begins one.
   *  @throws RefinireError "invalid-argument", naming the option that is wrong. */
  constructor(options?: ContextOptions);
  /** Resolves when stored data has been read; immediately for local and session storage. */
  readonly ready: Promise<Context>;
  /** The conversation's name in the store. */
  readonly id: string;
  /** A name for people, stored with the conversation. Default: undefined; undefined deletes it, and so do `clear` and `delete`. */
  title: string | undefined;
  /** All messages of the alternatives that are shown, oldest first: the same frozen array until something changes. */
  readonly messages: readonly Message[];
  /** The text of the last user message. */
  readonly lastUserInput: string | undefined;
  /** JSON values. Mutate it freely; saved at the end of every step and run, whenever messages are saved, and by save(). */
  sharedState: Record<string, any>;
  /** The last run's result. Not stored. */
  readonly result: RunResult<any> | undefined;
  /** The last result's content, or what the last step of a flow returned. */
  readonly content: any;
  /** Which step `routing` chose last. */
  readonly routingResult: RoutingResult | undefined;
  /** Adds a question. A run with the same text does not add it again. */
  addUserMessage(content: string, metadata?: Record<string, unknown>): void;
  /** Adds an answer. */
  addAssistantMessage(content: string, metadata?: Record<string, unknown>): void;
  /** Adds a system message, which is sent with every request, however old it is. */
  addSystemMessage(content: string, metadata?: Record<string, unknown>): void;
  /** The newest `n` messages, oldest first. Default 10. */
  getLastMessages(n?: number): Message[];
  /** The conversation as text, each message as "User: …" or "Assistant: …" on a line of its own. */
  getConversationText(options?: { /** Whether system messages are included. Default false. */ includeSystem?: boolean }): string;
  /** In a step of a flow: choose the next step. The last call of `goto` or `finish` counts, and overrides what was declared. */
  goto(step: string): void;
  /** In a step of a flow: end the flow after this step. */
  finish(): void;
  /** Whether a flow in this context has ended, or finish() was called. */
  readonly finished: boolean;
  /** Called on every change from any tab, with at most one call a frame while an answer streams. `messages` has each chunk as soon as it is
   *  delivered, before it is saved. Returns an unsubscribe function. */
  subscribe(listener: (context: Context) => void): () => void;
  /** The bytes of an attachment of one of the messages, from wherever they are; undefined if they are missing, and for a URL. */
  attachment(id: string): Promise<Blob | undefined>;
  /** Resolves when everything so far has been saved, attachments included. */
  save(): Promise<void>;
  /** Keeps the first `length` messages and deletes the others, also in the store and in other tabs, with their attachments and the alternatives that follow the kept
   *  messages. The shared state stays. A run that is active adds its answer anew, if that was deleted.
   *  @throws RefinireError "invalid-argument" if `length` is not a whole number of at least 0. */
  truncate(length: number): void;
  /** Puts aside what follows the first `length` messages: it is kept as an alternative, and the next message that is added begins a new one. Edit a
   *  question with `context.branch(at)` and a run with the new text. Until then `messages` has `length` messages; if the next run adds none, or the
   *  page is reloaded, the earlier ones are shown again. A run that is active continues in its own alternative. If nothing follows, nothing
   *  happens.
   *  @throws RefinireError "invalid-argument" if `length` is not a whole number of at least 0. */
  branch(length: number): void;
  /** Shows another of the alternatives that the message with this id is one of, in every tab and after a reload: see
   *  {@link Message.alternatives}. `index` counts from 0. A new alternative is shown when it begins.
   *  @throws RefinireError "invalid-argument" if there is no such message or alternative. */
  selectAlternative(messageId: string, index: number): void;
  /** A new conversation with copies of the first `length` messages (default: all) that are shown, and of the shared state. The copies have new ids; an
   *  answer that is being written is copied as far as it goes. Alternatives and the title are not copied. Default: a random id, the same storage
   *  and `onStorageError`.
   *  @throws RefinireError "invalid-argument", naming the option that is wrong. */
  fork(options?: ContextOptions & { /** How many messages are copied, a whole number. Default: all. */ length?: number }): Context;
  /** Deletes the messages with their attachments, the shared state and the title, also in the store. */
  clear(): void;
  /** Deletes the conversation and its attachments from the store. Resolves when that is done. */
  delete(): Promise<void>;
  /** The conversation as JSON values, for `fromJSON`: of alternatives only those that are shown, and without the bytes of attachments, which are
   *  found again in the same browser. */
  toJSON(): unknown;
  /** A conversation with what `toJSON` returned.
   *  @throws RefinireError "invalid-argument" if the value is something else. */
  static fromJSON(value: unknown, options?: ContextOptions): Context;
  /** Stored conversations, newest first. */
  static list(options?: Pick<ContextOptions, "storage">): Promise<{
    /** The conversation's name. */
    id: string;
    /** When it last changed, as ISO 8601 in UTC. */
    updatedAt: string;
    /** How many messages are stored, including those of alternatives that are not shown. */
    messages: number;
    /** The beginning of its first question. */
    preview: string;
    /** Its title, if it has one. */
    title?: string;
  }[]>;
  /** Releases its memory in the module. What is stored stays. */
  free(): void;
}

// ---------------------------------------------------------------- flow

/** What `routing` chose. */
export interface RoutingResult {
  /** The next step's name. */
  nextRoute: string;
  /** Why, in the model's words. */
  reasoning?: string;
}

/** `signal` aborts when the flow is stopped; a stop does not wait for the function. */
export type StepFunction = (input: string, context: Context, call: { signal: AbortSignal }) => unknown | Promise<unknown>;
/** What a flow can run. */
export type Step = RefinireAgent<any> | FunctionStep | ConditionStep | ParallelStep | UserInputStep | Flow;
/** A step, alone or with its settings in this flow. A plain function is a FunctionStep; in a list or a branch its name is the function's own, which
 *  minifiers change. */
export type StepDefinition = Step | StepFunction
  | ({
    /** The agent that runs. */
    agent: RefinireAgent<any>;
  } & StepSettings)
  | ({
    /** The step that runs. */
    step: Step | StepFunction;
  } & StepSettings)
  | ({
    /** The branches that run at the same time, as in a {@link ParallelStep}. */
    parallel: (Step | StepFunction)[];
  } & StepSettings & ParallelOptions);
/** Settings of a step in a flow. */
export interface StepSettings {
  /** The name of the next step; null ends the flow. Default: the next one declared. */
  nextStep?: string | null;
  /** The content is also stored in `sharedState` under this key. */
  storeResultKey?: string;
  /** What happens if the step fails. Default: the flow fails. */
  onError?: OnError;
}
/** What happens if a step fails: it is run again up to `retry` times (each with a `retry` event); then the flow continues with the step `goto`, or with
 *  `value` as the step's content (both with a `fallback` event), or fails. */
export interface OnError {
  /** How often the step is run again. Default 0. */
  retry?: number;
  /** The step that the flow continues with. */
  goto?: string;
  /** The step's content instead. */
  value?: unknown;
}
/** At most `maxWorkers` branches run at a time. If a branch fails, the others are stopped ("cancel", the default) or run to their ends ("finish");
 *  in both cases the step fails, and the answers so far stay in the context. */
export interface ParallelOptions {
  /** How many branches run at a time. Default: all. */
  maxWorkers?: number;
  /** What the other branches do if one fails. Default "cancel". */
  onFailure?: "cancel" | "finish";
}

/** The return value becomes `context.content`; returning the context or nothing leaves it unchanged. A throw fails the step with RefinireError "step", unless it is a RefinireError itself. */
export class FunctionStep {
  /** `nextStep`: the name of the next step; null ends the flow. */
  constructor(name: string, fn: StepFunction, nextStep?: string | null);
  /** The step's name. */
  readonly name: string;
  /** Which kind of step this is. */
  readonly kind: "function";
}
/** Routes by what `condition` returns: true, false, or a step name. */
export class ConditionStep {
  /** `ifTrue` and `ifFalse` are names of steps. */
  constructor(name: string, condition: (context: Context) => boolean | string | Promise<boolean | string>, ifTrue: string, ifFalse: string);
  /** The step's name. */
  readonly name: string;
  /** Which kind of step this is. */
  readonly kind: "condition";
}
/** Each branch gets a copy of the context; `sharedState` is merged back in declaration order, conflicts as "<step>_<key>". The step's content is an
 *  object with each branch's content under its name. Names must differ; an agent that is used again is named "name#2" there, and so on. A branch cannot wait for the user or continue with another step, neither
 *  by a ConditionStep nor by `onError.goto`; `goto()` and `finish()` in a branch have no effect outside it. */
export class ParallelStep {
  /** `options.nextStep`: the name of the next step; null ends the flow. */
  constructor(name: string, steps: (Step | StepFunction)[], options?: ParallelOptions & { nextStep?: string | null });
  /** The step's name. */
  readonly name: string;
  /** Which kind of step this is. */
  readonly kind: "parallel";
}
/** Asks the user: the question is added as an assistant message, the flow's stream ends with finishReason "user-input", and `flow.resume(answer)`
 *  continues with the next step, with the answer as the content. The flow's position is saved with the context, so this also works after a reload. */
export class UserInputStep {
  /** `prompt`: the question, or a function that returns it. */
  constructor(name: string, prompt: string | ((context: Context) => string | Promise<string>), nextStep?: string | null);
  /** The step's name. */
  readonly name: string;
  /** Which kind of step this is. */
  readonly kind: "input";
}

/** Options of a {@link Flow}. */
export interface FlowOptions {
  /** Identifies a waiting flow after a reload. Default "flow". */
  name?: string;
  /** The first step to run. Default: the first one declared. */
  start?: string;
  /** Default: the flow's own, in memory. */
  context?: Context;
  /** Maximum steps per run; beyond it the run fails with RefinireError "limit", which names the path. Default 1000, as in Refinire. */
  maxSteps?: number;
  /** Called before each step, and awaited; a throw fails the step. */
  beforeStep?: (step: string, context: Context) => void | Promise<void>;
  /** Called after each step, and awaited; a throw fails the step. For a UserInputStep it is called once the user has answered. */
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
  /** Steps by name, or a list of names and steps, or a list of steps that have names.
   *  @throws RefinireError "invalid-argument", naming what is wrong: an unknown step, a name that occurs twice. */
  constructor(steps: Record<string, StepDefinition> | [string, StepDefinition][] | (Step | StepFunction)[], options?: FlowOptions);
  /** The flow's name. */
  readonly name: string;
  /** Which kind of step this is. */
  readonly kind: "flow";
  /** The conversation and the state that its steps share. */
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
  readonly awaiting: {
    /** The flow's name. */
    flow: string;
    /** The UserInputStep's name. */
    step: string;
    /** The names of the steps from the outside in: the last is the UserInputStep. */
    path: string[];
    /** The input of the run. */
    input: string;
    /** What the user is asked. */
    prompt: string;
    /** The steps that ran before. */
    history: StepRecord[];
  } | undefined;
  /** The graph as Mermaid text, with the path taken so far highlighted. */
  show(): string;
  /** The steps of the last run since its input, also if it was continued in another page; those of nested flows and branches are in `steps`. */
  readonly history: StepRecord[];
  /** Frees the context that the flow created itself, once the runs that have begun have ended. */
  free(): void;
}
/** A step that ran. */
export interface StepRecord {
  /** Its name. */
  step: string;
  /** When it began, as ISO 8601 in UTC. */
  startedAt: string;
  /** How long it took, in milliseconds. */
  durationMs: number;
  /** How it ended. */
  status: "completed" | "failed" | "aborted";
  /** The error's message. */
  error?: string;
  /** The steps of a nested flow, or the branches. */
  steps?: StepRecord[];
}

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

/** What went wrong.
 *
 *  - "not-initialized": `init()` has not resolved, or failed
 *  - "invalid-argument": an option or a call is wrong; the message says which
 *  - "guardrail": a guardrail refused the question or the answer
 *  - "network": the request did not get through, or the connection broke
 *  - "http": the server answered with an error status, see `status`
 *  - "timeout": one of the four timers fired
 *  - "protocol": the response is not what the provider's format says
 *  - "provider": the provider reported an error in its answer
 *  - "truncated": the connection was closed before the answer was complete
 *  - "limit": one of `limits`, or `maxSteps`, was exceeded
 *  - "schema": the answer does not fit `outputSchema`
 *  - "tool": not used at present; a failing tool is reported to the model
 *  - "step": a step of a flow threw
 *  - "storage": something could not be stored or read; only passed to `onStorageError` */
export type ErrorCode = "not-initialized" | "invalid-argument" | "guardrail" | "network" | "http" | "timeout" | "protocol" | "provider" | "truncated" | "limit" | "schema" | "tool" | "step" | "storage";
/** Every failure except an abort is one of these: a real Error with a stack. An aborted signal's `reason` is passed through unchanged. */
export class RefinireError extends Error {
  /** Always the same, for telling it apart without the class. */
  readonly name: "RefinireError";
  /** What went wrong. */
  readonly code: ErrorCode;
  /** HTTP status, if there was one. */
  readonly status?: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The text delivered before the failure; for a resumed answer, the whole text so far. */
  readonly partialText: string;
  /** The wire format of the request. */
  readonly provider?: Provider;
  /** The step of the flow that failed. */
  readonly step?: string;
  /** The error behind it, for example what `fetch` or a step threw. */
  readonly cause?: unknown;
}

/** These keywords are validated: `type`, `nullable`, `enum`, `const`, `properties`, `patternProperties`, `required`, `additionalProperties`, `items`, `prefixItems`,
 *  `uniqueItems`, `pattern`, `multipleOf`, the bounds of numbers and sizes, `anyOf`, `oneOf`, `allOf` and `$ref` within the schema. Other keywords are
 *  sent to the model, and not validated. */
export type JsonSchema = Record<string, unknown>;
/** A validator of any library that implements https://standardschema.dev. */
export type StandardSchema<T> = {
  /** The interface that the library provides. */
  readonly "~standard": {
    /** Of the interface. */
    readonly version: 1;
    /** The library's name. */
    readonly vendor: string;
    /** Validates a value. */
    readonly validate: (value: unknown) => unknown;
    /** Only for TypeScript. */
    readonly types?: {
      /** What a valid value is turned into. */
      readonly output: T;
    } | undefined;
    /** Standard JSON Schema (https://standardschema.dev/json-schema); a validator's own toJSONSchema() or toJsonSchema() works too. */
    readonly jsonSchema?: unknown;
  };
};
