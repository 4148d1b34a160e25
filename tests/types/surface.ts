// What the declarations promise, said in TypeScript: a change here is a change users see.
import init, { ConditionStep, Context, Flow, FunctionStep, JsonStream, ParallelStep, RateLimiter, RefinireAgent, RefinireError, UserInputStep, decodeResponse } from "refinire-web";
import { del, get, keys, set } from "idb-keyval";
import type { ChunkStream, ErrorCode, FinishReason, GeneratedFile, Message, Provider, RunResult, Source, StorageAdapter, StreamEvent, Usage } from "refinire-web";

await init({ module_or_path: new URL("https://example.com/refinire_web_bg.wasm") });

const agent = new RefinireAgent({
  name: "surface",
  generationInstructions: "Answer.",
  model: "anthropic://claude-sonnet-4-5",
  apiKey: async () => "short-lived",
  baseUrl: "/api/anthropic/v1",
  timeout: { idle: 0 },
  retry: false,
  limits: { maxChars: 1_000, maxEventBytes: 1_000_000, maxAnswerBytes: 10_000_000 },
  thinkTags: false,
  continueOnCut: 2,
  historySize: Infinity,
  maxInputTokens: 8_000,
  countTokens: (text) => text.length,
  maxConnections: Infinity,
  inputGuardrails: [(input) => input.length < 100],
});

const idb: StorageAdapter = { getItem: get, setItem: set, removeItem: del, keys };
await new Context({ id: "talk", storage: idb }).ready;
await Context.list({ storage: { getItem: () => null, setItem() {}, removeItem() {} } });
// @ts-expect-error an adapter has all three
new Context({ storage: { getItem: () => null } });
const context = new Context({ id: "talk", storage: "session", onStorageError: (error) => error.code satisfies ErrorCode });

const stream: ChunkStream = agent.runStreamed("Hello", {
  context,
  callback: async (chunk) => void (chunk satisfies string),
  onEvent: see,
  signal: AbortSignal.timeout(1_000),
  batch: { deltas: 10, ms: 50 },
  ifBusy: "fail",
});
stream satisfies ReadableStream<string>;
(await stream.result) satisfies RunResult;
agent.resume({ context, batch: "frame" }) satisfies ChunkStream;
agent.regenerate({ context, signal: AbortSignal.timeout(1_000) }) satisfies ChunkStream;
// @ts-expect-error where there is a question
agent.regenerate();

context.truncate(2);
context.branch(1);
for (const { id, alternatives } of context.messages) if (alternatives) context.selectAlternative(id, alternatives.count - 1 - alternatives.index);
context.fork().fork({ id: "copy", storage: "memory", length: 2 }) satisfies Context;
context.title = context.title === undefined ? "Greetings" : undefined;
for (const { id, title } of await Context.list()) [id, title] satisfies [string, string | undefined];
agent.runStreamed("Hello", { batch: { pace: true, ms: 300 } }) satisfies ChunkStream;

function see(event: StreamEvent) {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return event.text satisfies string;
    case "tool-call":
      return event.input satisfies unknown;
    case "retry":
      return [event.attempt, event.delayMs, event.error] satisfies [number, number, RefinireError];
    case "source":
      return [event.source.url, event.source.start] satisfies [string | undefined, number | undefined];
    case "file":
      return [event.file.mediaType, event.file.data] satisfies [string, string | undefined];
    case "error":
      return event.partialText satisfies string;
    case "continue":
      return event.error satisfies RefinireError;
    case "finish":
      return event.reason satisfies FinishReason;
    case "start":
      return event.provider satisfies Provider;
    default:
      return event.type;
  }
}

context.messages satisfies readonly Message[];
const { reasoning, sources, files, interrupted } = context.messages[0] ?? {};
[reasoning, sources, files, interrupted] satisfies [string | undefined, Source[] | undefined, GeneratedFile[] | undefined, boolean | undefined];
const told: RunResult = await agent.run("Hello");
[told.reasoning, told.sources, told.files] satisfies [string, Source[], GeneratedFile[]];
told.usage?.estimated satisfies true | undefined;
context.sharedState.anything = 1;
(context.result?.usage satisfies Usage | undefined)?.totalTokens satisfies number | undefined;
const stop: () => void = context.subscribe((changed) => changed.id satisfies string);
stop();
for (const { id, updatedAt, messages, preview } of await Context.list()) {
  [id, updatedAt, preview] satisfies string[];
  messages satisfies number;
}

for await (const chunk of decodeResponse(new Response(), { provider: "gemini", thinkTags: true, limits: { maxChars: 10 } })) chunk satisfies string;

const json = new JsonStream();
json.push('{"a":') satisfies void;
json.value satisfies unknown;
json.finish() satisfies unknown;
json.free();

const limiter = new RateLimiter({ maxConcurrent: 2, perMinute: 30 });
(await limiter.run(() => agent.run("Hello"), AbortSignal.timeout(1_000))) satisfies RunResult;

try {
  await agent.run("Hello");
} catch (error) {
  if (error instanceof RefinireError) [error.code, error.partialText, error.retryable] satisfies [ErrorCode, string, boolean];
}

new RefinireAgent({ name: "n", generationInstructions: "", model: "", provider: "websocket", baseUrl: "/chat" });
// @ts-expect-error what comes over a socket is no response
decodeResponse(new Response(), { provider: "websocket" });
// @ts-expect-error there is no such provider
new RefinireAgent({ name: "n", generationInstructions: "", model: "m", provider: "nobody" });
// @ts-expect-error the messages are changed through the methods
context.messages.push();
// @ts-expect-error there is nothing to go on from without a context
agent.resume({});
// @ts-expect-error the value grows by what is pushed
json.value = 1;
// @ts-expect-error nobody knows what it is before it has been looked at
json.value.a;
// @ts-expect-error bytes are decoded first
json.push(new Uint8Array());
// @ts-expect-error a batch is one of three
agent.runStreamed("Hello", { batch: "word" });

// What a validator makes is what `content` is.
declare const town: import("refinire-web").StandardSchema<{ name: string }>;
const typed = new RefinireAgent({ name: "a", generationInstructions: "", model: "m", outputSchema: town });
const named: string = (await typed.run("x")).content.name;
const streamed: string = (await typed.runStreamed({ text: "x", attachments: [new Blob([]), new URL("https://example.com/a.png")] }).result).content.name;
const untyped: unknown = (await new RefinireAgent({ name: "a", generationInstructions: "", model: "m", outputSchema: { type: "object" } }).run("x")).content;
// @ts-expect-error: the text is no town
const wrong: { name: string } = (await agent.run("x")).content;
void [named, streamed, untyped, wrong];

// What came with a question.
for (const { id, mediaType, name, size, url } of context.messages[0]?.attachments ?? []) {
  [id, mediaType] satisfies string[];
  [name, size, url] satisfies [string | undefined, number | undefined, string | undefined];
  (await context.attachment(id)) satisfies Blob | undefined;
}

// Flows.
const write = new FunctionStep("write", (input, context, { signal }) => {
  [input, context.content, signal] satisfies [string, unknown, AbortSignal];
  context.goto("end");
  context.finish();
}, null);
const flow = new Flow({
  write,
  plain: async (input) => input.length,
  agent: { agent, nextStep: "both", storeResultKey: "draft", onError: { retry: 1, value: "" } },
  both: { parallel: [agent, write, () => 1], maxWorkers: 2, onFailure: "finish" },
  ask: new UserInputStep("ask", (context) => `More of ${context.content}?`),
  check: new ConditionStep("check", (context) => context.finished, "write", "end"),
  end: new ParallelStep("end", [new Flow([agent])], { nextStep: null }),
}, { name: "f", start: "write", context, maxSteps: 10, beforeStep: (step: string) => {}, afterStep: async () => {} });
new Flow([["a", write], ["b", () => {}]]);
for await (const chunk of flow.runStreamed("Hi", { onEvent: ({ step = "", steps = [] }) => [step, steps] satisfies [string, string[]] })) chunk satisfies string;
(await flow.run("Hi")).content satisfies unknown;
flow.awaiting?.prompt satisfies string | undefined;
(await flow.resume("yes").result).finishReason satisfies FinishReason;
flow.history.map(({ step, status, steps = [] }) => [step, status, steps.length] satisfies [string, "completed" | "failed" | "aborted", number]);
flow.show() satisfies string;
flow.free();
new RefinireAgent({ name: "r", generationInstructions: "", model: "m", routing: { instruction: "By topic.", destinations: ["write", "end"] } });
// @ts-expect-error a condition says where it goes
new ConditionStep("c", () => true);
// @ts-expect-error a flow has its context from its constructor
flow.run("Hi", { context });
// @ts-expect-error a step is no number
new Flow({ a: 1 });
