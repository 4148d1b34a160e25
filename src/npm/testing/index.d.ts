// `refinire-web/testing`: a `fetch` for tests, which answers as a model does, from a script. Without a network, a key or a sleep, in Node and in browsers.
import type { FinishReason, Provider, Usage } from "refinire-web";

/** The providers whose formats it answers in: all that are asked through `fetch`. */
export type ScriptedProvider = Exclude<Provider, "websocket">;

/** The same as a list. */
export const PROVIDERS: readonly ScriptedProvider[];

/** A model that says what the script says.
 *
 *  @param script The answers, in the order of the requests: each is a `reply()`, a text, an `httpError()`, a `networkError()`, or a function that
 *  gives one of these. Or one function, which answers every request. A request beyond the end of the list gets status 400 and a message that says so.
 *  @example
 *  const server = scripted([
 *    reply(toolCall("get_weather", { city: "Oslo" })),
 *    reply("It is ", "raining."),
 *  ]);
 *  const agent = new RefinireAgent({ name: "test", generationInstructions: "", model: "gpt-4o-mini", baseUrl: "https://test/v1", tools, fetch: server.fetch });
 *  await agent.run("How is the weather?");
 *  server.requests[1].body.messages; // what the model got */
export function scripted(script?: readonly Scripted[] | ((request: ScriptedRequest) => Answer | Promise<Answer>), options?: ScriptedOptions): ScriptedServer;

/** An answer of a script, or a function that makes one when it is asked for. Until its promise resolves, the response has not begun. */
export type Scripted = Answer | ((request: ScriptedRequest) => Answer | Promise<Answer>);

/** What a request gets. A string is a reply of one piece. */
export type Answer = string | Reply | HttpFailure | NetworkFailure;

/** Options of `scripted()`. */
export interface ScriptedOptions {
  /** The format to answer in. Default: that of each request, by its body and the path of its URL. */
  provider?: ScriptedProvider;
  /** How many bytes a read of the body brings, wherever that cuts: 1 for every byte by itself, Infinity for the whole. Default: an event a read. */
  readBytes?: number;
}

/** What `scripted()` returns. */
export interface ScriptedServer {
  /** For the option `fetch` of an agent. It obeys the signal as a browser does, and leaves no timer behind. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** All requests so far. */
  readonly requests: readonly ScriptedRequest[];
  /** How many answers of the list have not been asked for; Infinity if a function answers. */
  readonly remaining: number;
  /** Adds answers to the end of the list.
   *  @throws TypeError if a function answers. */
  add(...answers: Scripted[]): void;
  /** Resolves to the next request, one after the other, as soon as it has been made. */
  nextRequest(): Promise<ScriptedRequest>;
}

/** A request that was made. */
export interface ScriptedRequest {
  /** The address, with its query. */
  readonly url: string;
  /** The method, for example "POST". */
  readonly method: string;
  /** Its headers, also those with the key. */
  readonly headers: Headers;
  /** The body as text. */
  readonly text: string;
  /** The body, parsed; undefined if it is not JSON. */
  readonly body: any;
  /** The format that it is in, and is answered in. */
  readonly provider: ScriptedProvider | undefined;
  /** Resolves at its end: "complete" if the whole answer was read, "aborted" if the agent closed the connection before that, for example for a stop, and
   *  "disconnected" if the script broke it. Never rejects. */
  readonly ended: Promise<"complete" | "aborted" | "disconnected">;
}

/** An answer in the stream, made by `reply()`. */
export interface Reply {
  /** Which kind of answer this is. */
  readonly type: "reply";
  /** Its parts, in order. */
  readonly steps: readonly Step[];
}
/** A status instead of an answer, made by `httpError()`. */
export interface HttpFailure {
  /** Which kind of answer this is. */
  readonly type: "http-error";
  /** The status. */
  readonly status: number;
}
/** No answer at all, made by `networkError()`. */
export interface NetworkFailure {
  /** Which kind of answer this is. */
  readonly type: "network-error";
  /** The message of the TypeError. */
  readonly message: string;
}
/** A part of a reply, made by one of the functions below. */
export interface Step {
  /** Which kind of part this is. */
  readonly type: string;
}
/** A pause, made by `pause()`. */
export interface Pause extends Step {
  /** Which kind of part this is. */
  readonly type: "pause";
  /** Ends a pause that was made without an argument. */
  release(): void;
  /** Resolves when everything before the pause has been read. */
  readonly reached: Promise<void>;
}

/** An answer. Strings are pieces of its text, an event each; everything else is made by the functions below. A finish reason is added: "stop", or
 *  "tool-calls" if it has calls. To a request that asks for no stream it is one document. */
export function reply(...steps: (string | Step)[]): Reply;

/** What the model thinks before it answers, an event a piece. Not for a relay. */
export function reasoning(...pieces: string[]): Step;

/** A call of a tool. `input` are the arguments; a string is sent as it stands, so that it may be broken JSON (not for Gemini and Ollama, whose arguments
 *  are no text). `id`: "call_1" and so on by default. Not for a relay. */
export function toolCall(name: string, input?: Record<string, unknown> | string, options?: { id?: string }): Step;

/** The tokens it took, wherever it stands in the reply. As in a result, `inputTokens` include the cached ones and `outputTokens` the reasoning. Anthropic sends
 *  no `reasoningTokens`, Ollama only `inputTokens` and `outputTokens`, a relay nothing. */
export function usage(tokens: Omit<Usage, "estimated">): Step;

/** Why the answer ends, wherever it stands in the reply. Any other word is sent as it stands, as the provider's own. Not for a relay. */
export function finish(reason: FinishReason | (string & {})): Step;

/** Waits at this place: for so many milliseconds, for a promise, or, without an argument, until `release()` is called. An abort ends it.
 *  @example
 *  const held = pause();
 *  const server = scripted([reply("Hel", held, "lo")]);
 *  // … ask …
 *  await held.reached; // "Hel" is there
 *  held.release(); */
export function pause(until?: number | PromiseLike<unknown>): Pause;

/** The connection breaks here, as a network failure. */
export function disconnect(message?: string): Step;

/** The body ends here, without an error and without the event that ends an answer: as if a proxy had cut it. */
export function truncate(): Step;

/** An error inside the stream, after status 200, in the provider's own shape, which ends it. `status` stands for the kind of error: 503 (default) is one
 *  that may be retried. Of Ollama only the words are sent. */
export function errorEvent(status?: number, options?: { message?: string }): Step;

/** Text that is sent as it stands: a comment, an event that the functions here do not make. It needs its line ends. */
export function raw(text: string): Step;

/** A status instead of an answer, with a body in the provider's own shape. */
export function httpError(status: number, options?: {
  /** The words of the error. */
  message?: string;
  /** The header Retry-After: seconds, or a date. */
  retryAfter?: number | string | Date;
  /** More headers. */
  headers?: HeadersInit;
  /** The body itself, instead of the provider's own shape: a value is sent as JSON, a string as it stands. */
  body?: unknown;
}): HttpFailure;

/** No answer: `fetch` rejects with a TypeError, as it does without a network. */
export function networkError(message?: string): NetworkFailure;
