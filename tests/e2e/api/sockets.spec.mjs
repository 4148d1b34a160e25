// `provider: "websocket"`: turns over a WebSocket whose other side is the test.
import { readFileSync } from "node:fs";
import { expect, testBehind } from "./support/test.mjs";

const test = testBehind(`() => { ${readFileSync(new URL("support/sockets.js", import.meta.url), "utf8")} }`);

/** Calls the script in the page with an `agent` over a socket. */
const withAgent = (inPage, script, options = {}) => inPage(`(kit) => {
  globalThis.agent = kit.agent({}, { provider: "websocket", baseUrl: "/chat", ...${JSON.stringify(options)} });
  return (${script})(kit);
}`);

test("the question goes up as it is, each frame is a chunk, and [COMPLETE] ends the turn", async ({ inPage }) => {
  const seen = await withAgent(inPage, async (kit) => {
    const context = kit.memory();
    const reading = kit.read(agent.runStreamed("Say \"hi\"\nplease", { context }));
    const socket = (await sockets.at()).open();
    const question = await socket.next();
    socket.say("Hel", "lo", " ", "wörld\r\n", "[COMPLETE]");
    return { question, ...(await reading), said: kit.said(context), finish: context.result.finishReason };
  });
  expect(seen).toMatchObject({ question: "Say \"hi\"\nplease", chunks: ["Hel", "lo", " ", "wörld\r\n"], finish: "stop" });
  expect(seen.said.at(-1)).toEqual({ role: "assistant", content: "Hello wörld\r\n" });
});

const ADDRESSES = [
  ["/chat?ticket=1#there", (origin) => `${origin.replace("http", "ws")}/chat?ticket=1`],
  ["chat", (origin) => `${origin.replace("http", "ws")}/chat`],
  ["http://a.example/x/", () => "ws://a.example/x/"],
  ["https://a.example", () => "wss://a.example/"],
  ["ws://a.example:81/x", () => "ws://a.example:81/x"],
  ["wss://a.example/x", () => "wss://a.example/x"],
];
test("where the socket goes, however the address is written; the model may name the provider", async ({ inPage, baseURL }) => {
  const urls = await inPage(async (kit, addresses) => {
    const urls = [];
    for (const baseUrl of addresses) {
      const stream = kit.agent({}, { model: "websocket://mine", baseUrl }).runStreamed("Hi");
      const { result } = stream;
      urls.push((await sockets.at(urls.length + 1)).url);
      await stream.cancel();
      await result;
    }
    return urls;
  }, ADDRESSES.map(([baseUrl]) => baseUrl));
  expect(urls).toEqual(ADDRESSES.map(([, expected]) => expected(new URL(baseURL).origin)));
});

test("turns that follow each other go over one socket", async ({ inPage }) => {
  const seen = await withAgent(inPage, async (kit) => {
    const texts = [];
    for (const question of ["One?", "Two?", "Three?"]) {
      const running = agent.run(question);
      const socket = await sockets.at();
      if (socket.readyState === 0) socket.open();
      await socket.next();
      socket.say(`${question}!`, "[COMPLETE]");
      texts.push((await running).text);
    }
    const [{ sent, isClosed }] = sockets.made;
    return { texts, count: sockets.made.length, sent, isClosed };
  });
  expect(seen).toEqual({ texts: ["One?!", "Two?!", "Three?!"], count: 1, sent: ["One?", "Two?", "Three?"], isClosed: false });
});

test("two runs at once have a socket each, of which one is kept", async ({ inPage }) => {
  const seen = await withAgent(inPage, async () => {
    const runs = [agent.run("One?"), agent.run("Two?")];
    const both = [(await sockets.at(1)).open(), (await sockets.at(2)).open()];
    for (const socket of both) socket.asked = await socket.next();
    both[1].say(`${both[1].asked}!`, "[COMPLETE]");
    both[0].say(`${both[0].asked}!`, "[COMPLETE]");
    const texts = (await Promise.all(runs)).map(({ text }) => text);
    return { texts, kept: both.filter(({ isClosed }) => !isClosed).length };
  });
  expect(seen).toEqual({ texts: ["One?!", "Two?!"], kept: 1 });
});

// Each stops the run, and gives what has become of it.
const STOPS = {
  "a break": async (kit) => {
    let text = "";
    for await (const chunk of kit.kept.stream) {
      text += chunk;
      break;
    }
    return text;
  },
  "an abort": async (kit) => {
    const reader = kit.kept.stream.getReader();
    const { value } = await reader.read();
    kit.kept.controller.abort("enough");
    const { error } = await kit.thrown(reader.read());
    return `${value}${error === "enough" ? "" : error}`;
  },
};
for (const [name, stop] of Object.entries(STOPS)) {
  test(`${name} closes the socket at once, and the next run has another`, async ({ inPage }) => {
    const seen = await withAgent(inPage, `async (kit) => {
      const context = kit.memory();
      kit.kept.controller = new AbortController();
      kit.kept.stream = agent.runStreamed("Hi", { context, signal: kit.kept.controller.signal, onEvent: () => {} });
      const socket = (await sockets.at()).open();
      await socket.next();
      socket.say("Half");
      const text = await (${stop})(kit);
      await kit.settled();
      const { isClosed } = socket;
      // Too late.
      socket.say(" an answer", "[COMPLETE]");
      await kit.settled();
      const again = agent.run("Again?");
      const other = (await sockets.at(2)).open();
      await other.next();
      other.say("Yes", "[COMPLETE]");
      return { text, isClosed, said: kit.said(context).at(-1), again: (await again).text };
    }`);
    expect(seen).toEqual({ text: "Half", isClosed: true, said: { role: "assistant", content: "Half", interrupted: true }, again: "Yes" });
  });
}

test("a stop while it connects closes the socket, and nothing is asked", async ({ inPage }) => {
  const seen = await withAgent(inPage, async (kit) => {
    const controller = new AbortController();
    const running = kit.thrown(agent.run("Hi", { signal: controller.signal }));
    const socket = await sockets.at();
    controller.abort("enough");
    const { error } = await running;
    socket.open();
    await kit.settled();
    return { error, isClosed: socket.isClosed, sent: socket.sent };
  });
  expect(seen).toEqual({ error: "enough", isClosed: true, sent: [] });
});

test("an answer that is long enough before it is complete closes the socket", async ({ inPage }) => {
  const seen = await withAgent(inPage, async () => {
    const running = agent.run("Hi");
    const socket = (await sockets.at()).open();
    await socket.next();
    socket.say("abc", "def");
    const { text, finishReason } = await running;
    return { text, finishReason, isClosed: socket.isClosed };
  }, { limits: { maxChars: 4 } });
  expect(seen).toEqual({ text: "abcd", finishReason: "limit", isClosed: true });
});

test("a binary frame is an error of the protocol", async ({ inPage }) => {
  const seen = await withAgent(inPage, `async (kit) => {
    const failing = kit.failure(agent.run("Hi"));
    const socket = (await sockets.at()).open();
    await socket.next();
    socket.say("Half", new ArrayBuffer(1));
    return { ...(await failing), isClosed: socket.isClosed, count: sockets.made.length, binaryType: socket.binaryType };
  }`, { retry: {} });
  expect(seen).toMatchObject({ real: true, code: "protocol", retryable: false, partialText: "Half", isClosed: true, count: 1, binaryType: "arraybuffer" });
  expect(seen.message).toContain("binary");
});

test("a socket closed behind text is an error with the code, the reason and the text", async ({ inPage }) => {
  const failed = await withAgent(inPage, async (kit) => {
    const failing = kit.failure(agent.run("Hi"));
    const socket = (await sockets.at()).open();
    await socket.next();
    socket.say("Half");
    socket.end(4401, "log in");
    return { ...(await failing), count: sockets.made.length };
  }, { retry: {} });
  expect(failed).toMatchObject({ real: true, code: "provider", provider: "websocket", retryable: false, partialText: "Half", count: 1 });
  expect(failed.message).toContain("4401: log in");
});

test("one that is closed when the turn is complete harms nothing, and is not used again", async ({ inPage }) => {
  const seen = await withAgent(inPage, async (kit) => {
    const running = agent.run("Hi");
    const socket = (await sockets.at()).open();
    await socket.next();
    socket.say("Hello", "[COMPLETE]");
    socket.end(1000);
    const { text } = await running;
    await kit.settled();
    const again = agent.run("Again?");
    const other = (await sockets.at(2)).open();
    await other.next();
    other.say("Yes", "[COMPLETE]");
    return [text, (await again).text];
  });
  expect(seen).toEqual(["Hello", "Yes"]);
});

/** A turn that is complete, and its socket. */
const TURN = `
  const running = agent.run("Hi");
  const socket = (await sockets.at(1)).open();
  await socket.next();
  socket.say("Hello", "[COMPLETE]");
  await running;
`;

// Each ends the keeping of a socket.
const ENDS = {
  "agent.free()": "agent.free()",
  "the page being put away": 'dispatchEvent(new Event("pagehide"))',
  "a frame between turns": 'socket.say("by the way")',
  "its closing": "socket.end(1001)",
};
for (const [name, end] of Object.entries(ENDS)) {
  test(`a kept socket is closed by ${name}, and leaves neither timer nor listener`, async ({ inPage }) => {
    const seen = await withAgent(inPage, `async (kit) => {
      const pending = new Set();
      const { setTimeout: set, clearTimeout: clear, addEventListener: add, removeEventListener: remove } = globalThis;
      globalThis.setTimeout = (work, ms) => {
        const id = set(work, ms);
        if (ms === 60_000) pending.add(id);
        return id;
      };
      globalThis.clearTimeout = (id) => (pending.delete(id), clear(id));
      globalThis.addEventListener = (type, listener) => (pending.add(listener), add.call(globalThis, type, listener));
      globalThis.removeEventListener = (type, listener) => (pending.delete(listener), remove.call(globalThis, type, listener));
      ${TURN}
      await kit.settled();
      const kept = pending.size;
      ${end};
      await kit.settled();
      return { kept, left: pending.size, isClosed: socket.isClosed || socket.readyState === 3 };
    }`, { timeout: { firstChunk: 0 } });
    expect(seen).toEqual({ kept: 2, left: 0, isClosed: true });
  });
}

test("a run that goes on behind agent.free() keeps no socket", async ({ inPage }) => {
  const seen = await withAgent(inPage, async (kit) => {
    const running = agent.run("Hi");
    const socket = (await sockets.at(1)).open();
    await socket.next();
    agent.free();
    socket.say("Hello", "[COMPLETE]");
    const { text } = await running;
    await kit.settled();
    return { text, isClosed: socket.isClosed };
  });
  expect(seen).toEqual({ text: "Hello", isClosed: true });
});

test("neither the key nor headers nor fetch have to do with a socket", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const calls = [];
    const apiKey = () => calls.push("apiKey") && "secret";
    const fetch = () => calls.push("fetch");
    const middleware = [{ request: (request, next) => (calls.push("request"), next(request)) }];
    const agent = kit.agent({ fetch }, { provider: "websocket", apiKey, headers: { "x-a": "b" }, credentials: "include", middleware, providerOptions: { a: 1 } });
    const running = agent.run("Hi");
    const socket = (await sockets.at()).open();
    const question = await socket.next();
    socket.say("Hello", "[COMPLETE]");
    return { text: (await running).text, question, calls };
  });
  expect(seen).toEqual({ text: "Hello", question: "Hi", calls: [] });
});

test("what the page itself refuses is not tried again, and the address stays out of the message", async ({ inPage }) => {
  const failed = await inPage(async (kit) => {
    globalThis.refusal = new DOMException("'ws://a.example/?ticket=sesame' may not", "SecurityError");
    return kit.failure(kit.agent({}, { provider: "websocket", baseUrl: "ws://a.example/?ticket=sesame", retry: {} }).run("Hi"));
  });
  expect(failed).toMatchObject({ real: true, code: "invalid-argument" });
  expect(failed.message).toContain("SecurityError");
  expect(JSON.stringify(failed)).not.toContain("sesame");
});

test("what makes no sense with a socket is refused", async ({ inPage }) => {
  const [decoding, ...making] = await inPage(async (kit) => {
    const of = (options) => kit.failure(() => kit.agent({}, options));
    return [
      await kit.failure(() => kit.refinire.decodeResponse(new Response("x"), { provider: "websocket" })),
      await of({ provider: "websocket", baseUrl: undefined }),
      await of({ provider: "websocket", baseUrl: "ftp://a.example" }),
      await of({ provider: "openai", baseUrl: "ws://a.example" }),
      await of({ provider: "websocket", tools: [{ name: "f", description: "" }] }),
    ];
  });
  expect(decoding).toMatchObject({ real: true, code: "invalid-argument" });
  expect(decoding.message).toContain('"websocket"');
  for (const failed of making) expect(failed).toMatchObject({ real: true, code: "invalid-argument" });
});
