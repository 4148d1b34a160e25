// The fetch for users' tests as TypeScript sees it.
import { RefinireAgent } from "refinire-web";
import type { Provider } from "refinire-web";
import { disconnect, errorEvent, finish, httpError, networkError, pause, PROVIDERS, raw, reasoning, reply, scripted, toolCall, truncate, usage } from "refinire-web/testing";
import type { Answer, ScriptedProvider, ScriptedRequest } from "refinire-web/testing";

const held = pause();
const server = scripted([
  "Hello",
  reply("Hel", held, "lo", reasoning("a", "b"), toolCall("f", { a: 1 }, { id: "c" }), toolCall("g"), toolCall("h", "{"), usage({ inputTokens: 1 }), finish("length"), finish("own")),
  reply(pause(10), pause(Promise.resolve()), raw(": x\n\n"), disconnect(), truncate(), errorEvent(503, { message: "no" })),
  httpError(429, { message: "slow", retryAfter: new Date(0), headers: { a: "b" }, body: {} }),
  networkError(),
  (request) => reply(String(request.body.model)),
  async () => "later",
], { provider: "openai", readBytes: 1 });

new RefinireAgent({ name: "n", generationInstructions: "", model: "m", fetch: server.fetch });
held.release() satisfies void;
(await held.reached) satisfies void;
server.requests[0] satisfies ScriptedRequest | undefined;
(await server.nextRequest()).headers.get("authorization") satisfies string | null;
(await (await server.nextRequest()).ended) satisfies "complete" | "aborted" | "disconnected";
server.remaining satisfies number;
server.add("more", () => networkError());
PROVIDERS satisfies readonly ScriptedProvider[];
const provider: Provider = "openai" as ScriptedProvider;
scripted(({ provider }) => reply(provider ?? "none")).fetch(new URL("https://a.test"));
const answer: Answer = "text";
scripted([answer]);
globalThis.fetch = server.fetch;

// @ts-expect-error a WebSocket is not asked through fetch
scripted([], { provider: "websocket" });
// @ts-expect-error there is no such option
scripted([], { readBites: 1 });
// @ts-expect-error a number is no answer
scripted([42]);
// @ts-expect-error it is written by the server
server.remaining = 1;
void provider;
