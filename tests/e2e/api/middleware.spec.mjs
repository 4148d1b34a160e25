// What is around the requests and the events of a run.
import { expect, test } from "./support/test.mjs";

test("each request goes through all of them, the first one outermost, and none sees the key", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const log = [];
    const named = (name) => ({
      request: async (request, next) => {
        log.push(`${name} ${request.method} ${request.url} ${request.headers.authorization} ${request.headers["x-own"]}`);
        const response = await next({ ...request, headers: { ...request.headers, [`x-${name}`]: "1" } });
        log.push(`${name} ${response.status}`);
        return response;
      },
    });
    const model = kit.saysAll("Hi.");
    const { text } = await kit.agent(model, { apiKey: "hunter2", headers: { "x-own": "2" }, middleware: [named("outer"), {}, named("inner")] }).run("Hi");
    const { headers } = model.turns[0];
    return { log, text, headers: [headers["x-outer"], headers["x-inner"], headers["x-own"], headers.authorization] };
  });
  expect(seen).toEqual({
    log: ["outer POST /v1/chat/completions undefined undefined", "inner POST /v1/chat/completions undefined undefined", "inner 200", "outer 200"],
    text: "Hi.",
    headers: ["1", "1", "2", "Bearer hunter2"],
  });
});

test("one may answer in the place of the provider", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.saysAll("from the provider");
    const cached = () => new Response(kit.saying("from the cache") + kit.ending() + kit.DONE);
    const { text } = await kit.agent(model, { middleware: [{ request: cached }] }).run("Hi");
    return { text, asked: model.turns.length };
  });
  expect(seen).toEqual({ text: "from the cache", asked: 0 });
});

test("one that throws fails the request", async ({ inPage }) => {
  const failed = await inPage((kit) => kit.failure(kit.agent(kit.saysAll("x"), { middleware: [{ request: () => { throw new Error("no way"); } }] }).run("Hi")));
  expect(failed).toMatchObject({ code: "network", message: expect.stringContaining("no way") });
});

for (const batch of ["delta", { ms: 0 }]) {
  test(`what is taken out of the text is seen by nobody, and the conversation has what was said (batch: ${JSON.stringify(batch)})`, async ({ inPage }) => {
    const seen = await inPage(async (kit, batch) => {
      const middleware = [{ event: (event) => (event.type === "text-delta" ? { ...event, text: event.text.replaceAll("secret", "[...]") } : event) }];
      const context = kit.memory();
      const [events, heard] = [[], []];
      const agent = kit.agent(kit.saysAll("a secret", " b", "secret"), { middleware });
      const stream = agent.runStreamed("Hi", { context, batch, callback: (chunk) => void heard.push(chunk), onEvent: ({ type, text }) => type === "text-delta" && events.push(text) });
      const { chunks } = await kit.read(stream);
      const { text } = await stream.result;
      return { chunks: chunks.join(""), heard: heard.join(""), events: events.join(""), text, said: kit.said(context).at(-1).content };
    }, batch);
    expect(seen).toEqual({ chunks: "a [...] b[...]", heard: "a [...] b[...]", events: "a [...] b[...]", text: "a secret bsecret", said: "a secret bsecret" });
  });
}

test("a stream that is read lazily is filtered too, and keeps what was said when it is left", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const middleware = [{ event: (event) => (event.type === "text-delta" && event.text === "b" ? undefined : event) }];
    const context = kit.memory();
    const model = kit.model((turn) => turn.say("a", "b", "c"));
    const chunks = [];
    for await (const chunk of kit.agent(model, { middleware }).runStreamed("Hi", { context })) {
      chunks.push(chunk);
      if (chunk === "c") break;
    }
    await kit.settled();
    return { chunks, said: kit.said(context).at(-1) };
  });
  expect(seen).toEqual({ chunks: ["a", "c"], said: { role: "assistant", content: "abc", interrupted: true } });
});

test("an event that is held back is told to nobody", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const types = [];
    const middleware = [{ event: (event) => (event.type === "start" ? undefined : event) }];
    await kit.agent(kit.saysAll("a"), { middleware }).run("Hi", { onEvent: ({ type }) => types.push(type) });
    return types;
  });
  expect(seen).toEqual(["text-delta", "finish"]);
});
