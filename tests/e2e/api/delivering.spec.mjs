// Chunks, callbacks and events: the same words for everyone, in one order.
import { expect, test } from "./support/test.mjs";

test("the chunks joined are the result's text and the context's message", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const agent = kit.agent(kit.saysAll("Hello", ", ", "wörld", " 🙂", "."));
    const context = kit.memory();
    const stream = agent.runStreamed("Hi", { context });
    const { chunks } = await kit.read(stream);
    const { text, content } = await stream.result;
    return { chunks, text, content, said: kit.said(context), kept: [context.content, context.result.text] };
  });
  const text = "Hello, wörld 🙂.";
  expect(seen).toEqual({
    chunks: ["Hello", ", ", "wörld", " 🙂", "."],
    text,
    content: text,
    said: [{ role: "user", content: "Hi" }, { role: "assistant", content: text }],
    kept: [text, text],
  });
});

test("chunks of any length are right, also once the module's memory has grown", async ({ inPage }) => {
  const { sent, heard, read } = await inPage(async (kit) => {
    const lengths = Array.from({ length: 30 }, (_, length) => length + 1);
    const words = lengths.flatMap((length) => ["abcdefghijklmnopqrstuvwxyz~!?\u007F".slice(0, length), "é".repeat(length)]);
    // The long one takes more memory than there is at first.
    const sent = [...words, "x".repeat(4 * 2 ** 20), ...words];
    const heard = [];
    await kit.agent(kit.saysAll(...sent)).run("Hi", { callback: (text) => void heard.push(text) });
    const { chunks: read } = await kit.read(kit.agent(kit.saysAll(...sent)).runStreamed("Hi"));
    return { sent, heard, read };
  });
  expect(heard).toEqual(sent);
  expect(read).toEqual(sent);
});

test("run gives the same result as the stream", async ({ inPage }) => {
  const [ran, streamed] = await inPage(async (kit) => {
    const agent = kit.agent(kit.saysAll("One", " two"));
    const results = [await agent.run("Hi"), await agent.runStreamed("Hi").result];
    return results.map(({ metrics, ...result }) => ({ ...result, chunks: metrics.chunks }));
  });
  expect(ran).toEqual({ content: "One two", text: "One two", reasoning: "", toolCalls: [], sources: [], files: [], finishReason: "stop", rawFinishReason: "stop", attempts: 1, success: true, chunks: 2 });
  expect(streamed).toEqual(ran);
});

test("the callback gets each chunk before the stream yields it", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const seen = [];
    const stream = kit.agent(kit.saysAll("a", "b", "c")).runStreamed("Hi", { callback: (text) => void seen.push(`callback ${text}`) });
    for await (const text of stream) seen.push(`stream ${text}`);
    return seen;
  });
  expect(seen.filter((word) => word.startsWith("callback"))).toEqual(["callback a", "callback b", "callback c"]);
  expect(seen.filter((word) => word.startsWith("stream"))).toEqual(["stream a", "stream b", "stream c"]);
  for (const text of ["a", "b", "c"]) expect(seen.indexOf(`callback ${text}`)).toBeLessThan(seen.indexOf(`stream ${text}`));
});

test("the callback's promise is waited for, and nothing is read meanwhile", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model();
    const gates = [];
    const { result } = kit.agent(model).runStreamed("Hi", { callback: () => new Promise((resolve) => gates.push(resolve)) });
    const turn = await model.turn();
    turn.answer("one", "two");
    await kit.settled();
    const first = { called: gates.length, pulls: turn.pulls };
    gates[0]();
    await kit.settled();
    const second = { called: gates.length, pulls: turn.pulls };
    gates[1]();
    return { first, second, text: (await result).text };
  });
  expect(seen).toEqual({ first: { called: 1, pulls: 1 }, second: { called: 2, pulls: 2 }, text: "onetwo" });
});

test("a chunk is yielded only when the callback's promise for it has resolved", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    let open;
    const callback = () => new Promise((resolve) => (open = resolve));
    const reader = kit.agent(kit.saysAll("one")).runStreamed("Hi", { callback }).getReader();
    let read;
    const reading = reader.read().then((step) => (read = step.value));
    await kit.settled();
    const before = read;
    open();
    await reading;
    return { before, after: read };
  });
  expect(seen).toEqual({ after: "one" });
});

test("a callback that rejects ends the run with that very error, and the connection", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const mine = new RangeError("mine");
    const model = kit.model((turn) => turn.say("one", "two"));
    const context = kit.memory();
    let calls = 0;
    const callback = (text) => ((calls += 1), text === "two" ? Promise.reject(mine) : undefined);
    const events = [];
    const stream = kit.agent(model).runStreamed("Hi", { context, callback, onEvent: (event) => void events.push(event) });
    const { chunks, error } = await kit.read(stream);
    const failed = await kit.thrown(stream.result);
    const [turn] = model.turns;
    return {
      chunks, calls,
      same: [error, failed.error, events.at(-1).error].map((one) => one === mine),
      last: events.at(-1).type,
      closed: [turn.signal.aborted, turn.cancels + Number(turn.signal.aborted) > 0],
      said: kit.said(context),
    };
  });
  expect(seen).toEqual({
    chunks: ["one"], calls: 2, same: [true, true, true], last: "error", closed: [true, true],
    said: [{ role: "user", content: "Hi" }, { role: "assistant", content: "onetwo", interrupted: true }],
  });
});

test("an onEvent that throws ends the run with that very value", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const mine = { any: "value" };
    const model = kit.model((turn) => turn.send(kit.saying("one"), kit.counting(1, 2), kit.saying("two")));
    const types = [];
    const onEvent = ({ type }) => {
      types.push(type);
      if (type === "usage") throw mine;
    };
    const { error } = await kit.thrown(kit.agent(model).run("Hi", { onEvent }));
    await kit.settled();
    return { same: error === mine, types, open: model.turns.filter(({ signal }) => !signal.aborted).length };
  });
  expect(seen).toEqual({ same: true, types: ["start", "text-delta", "usage", "error"], open: 0 });
});

test("an onEvent that throws at the last event changes nothing", async ({ inPage }) => {
  const result = await inPage(async (kit) => {
    const onEvent = ({ type }) => {
      if (type === "finish") throw new Error("too late");
    };
    return (await kit.agent(kit.saysAll("one")).run("Hi", { onEvent })).text;
  });
  expect(result).toBe("one");
});

test("events come in order: start, what was said, usage, finish last", async ({ inPage }) => {
  const events = await inPage(async (kit) => {
    const events = [];
    const model = kit.model((turn) => turn.send(
      kit.chunk({ reasoning_content: "Hm" }), kit.saying("Hello"), kit.saying("!"), kit.ending("length"), kit.counting(3, 4), kit.DONE,
    ).close());
    await kit.agent(model, { model: "openai://m" }).run("Hi", { onEvent: (event) => void events.push(event) });
    return events;
  });
  const usage = { inputTokens: 3, outputTokens: 4, totalTokens: 7 };
  const metrics = events.at(-1).metrics;
  expect(events).toEqual([
    { type: "start", provider: "openai", model: "m", attempt: 1 },
    { type: "reasoning-delta", text: "Hm" },
    { type: "text-delta", text: "Hello" },
    { type: "text-delta", text: "!" },
    { type: "usage", usage },
    { type: "finish", reason: "length", usage, metrics },
  ]);
  expect(metrics).toMatchObject({ chunks: 2, chars: 6 });
});

test("a call of a tool is told as it comes, and its input as the value that the JSON is", async ({ inPage }) => {
  const { events, toolCalls, finishReason } = await inPage(async (kit) => {
    const call = (index, more) => kit.chunk({ tool_calls: [{ index, ...more }] });
    const events = [];
    const model = kit.model((turn) => turn.send(
      call(0, { id: "c1", type: "function", function: { name: "add", arguments: "" } }),
      call(0, { function: { arguments: '{"a":[1,' } }),
      call(0, { function: { arguments: '2.5],"b":"\\u00e9"}' } }),
      call(1, { id: "c2", type: "function", function: { name: "cut", arguments: '{"a":' } }),
    ).finish("tool_calls"));
    const result = await kit.agent(model).run("Hi", { onEvent: (event) => void events.push(event) });
    return { ...result, events: events.slice(1, -1) };
  });
  expect(events).toEqual([
    { type: "tool-input-start", id: "c1", name: "add" },
    { type: "tool-input-delta", id: "c1", text: '{"a":[1,' },
    { type: "tool-input-delta", id: "c1", text: '2.5],"b":"\\u00e9"}' },
    { type: "tool-input-start", id: "c2", name: "cut" },
    { type: "tool-input-delta", id: "c2", text: '{"a":' },
    { type: "tool-call", id: "c1", name: "add", input: { a: [1, 2.5], b: "é" } },
    { type: "tool-call", id: "c2", name: "cut" },
  ]);
  expect(toolCalls).toEqual([
    { id: "c1", name: "add", input: { a: [1, 2.5], b: "é" }, inputText: '{"a":[1,2.5],"b":"\\u00e9"}' },
    { id: "c2", name: "cut", inputText: '{"a":' },
  ]);
  expect(finishReason).toBe("tool-calls");
});

test("what the provider sends and has no meaning here is a raw event", async ({ inPage }) => {
  const raw = await inPage(async (kit) => {
    const events = [];
    const model = kit.model((turn) => turn.send('data: {"object":"something.new","é":1}\n\n').answer("x"));
    await kit.agent(model).run("Hi", { onEvent: (event) => void events.push(event) });
    return events.filter(({ type }) => type === "raw");
  });
  expect(raw).toEqual([{ type: "raw", data: '{"object":"something.new","é":1}' }]);
});
