// The decoder alone, for a response that somebody else fetched. One of each format is decoded in tests/browser, all of them in tests/laws.
import { responsesOf } from "../../fixtures/providers.mjs";
import { expect, test } from "./support/test.mjs";

test("a response is decoded, whole and byte by byte", async ({ inPage }) => {
  const good = responsesOf("anthropic").filter(({ expected }) => !expected.error);
  expect(good.length).toBeGreaterThan(2);
  const seen = await inPage(async (kit, bodies) => {
    const seen = [];
    for (const body of bodies) {
      const bytes = Uint8Array.from(body);
      const single = new ReadableStream({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
      const results = [];
      for (const body of [bytes, single]) {
        const events = [];
        const decoded = kit.refinire.decodeResponse(new Response(body), { provider: "anthropic", onEvent: (event) => void events.push(event) });
        const { chunks } = await kit.read(decoded);
        const { metrics, ...result } = await decoded.result;
        results.push({ ...result, chunks, types: [events[0].type, events.at(-1).type] });
      }
      seen.push(results);
    }
    return seen;
  }, good.map(({ body }) => [...body]));
  for (const [place, { name, expected }] of good.entries()) {
    for (const result of seen[place]) {
      expect(result, name).toMatchObject({
        text: expected.text, content: expected.text, reasoning: expected.reasoning, finishReason: expected.finish,
        attempts: 1, success: true, types: ["start", "finish"],
      });
      expect(result.chunks.join(""), name).toBe(expected.text);
      expect(result.usage ?? {}, name).toEqual(expected.usage ?? {});
      expect(result.toolCalls.map(({ id, name, inputText }) => ({ id, name, inputText })), name).toEqual(expected.toolCalls);
    }
    expect(seen[place][0].chunks, name).toEqual(seen[place][1].chunks);
  }
});

test("a status that is no success is an http error, told once: there is one response", async ({ inPage }) => {
  const { failed, types } = await inPage(async (kit) => {
    const types = [];
    const response = new Response('{"error":{"message":"slow down"}}', { status: 429, headers: { "retry-after": "3" } });
    const { error } = await kit.read(kit.refinire.decodeResponse(response, { provider: "openai", onEvent: ({ type }) => void types.push(type) }));
    return { failed: kit.told(error), types };
  });
  expect(failed).toMatchObject({ real: true, code: "http", status: 429, retryable: true, retryAfterMs: 3000, provider: "openai", message: expect.stringContaining("slow down") });
  expect(types).toEqual(["start", "error"]);
});

const WRONG = [
  ["decodeResponse()", "Response"], ["decodeResponse('data: x')", "Response"], ["decodeResponse(fetch('/blank'), { provider: 'openai' })", "Response"],
  ["decodeResponse(new Response(''))", "`provider`"], ["decodeResponse(new Response(''), {})", "`provider`"], ["decodeResponse(new Response(''), { provider: 'nobody' })", "nobody"],
  ["decodeResponse(new Response(''), { provider: 'websocket' })", "websocket"], ["decodeResponse(new Response(''), { provider: 'openai', onEvent: 5 })", "`onEvent`"],
  ["decodeResponse(new Response(''), { provider: 'openai', signal: 5 })", "`signal`"],
];
test("wrong arguments are told at once", async ({ inPage }) => {
  const failures = await inPage((kit, sources) => {
    globalThis.decodeResponse = kit.refinire.decodeResponse;
    return Promise.all(sources.map((source) => kit.failure(() => void (0, eval)(source))));
  }, WRONG.map(([source]) => source));
  WRONG.forEach(([source, word], place) => {
    expect({ source, ...failures[place] }).toMatchObject({ source, real: true, code: "invalid-argument", message: expect.stringContaining(word) });
  });
});

test("a body that was read, or is being read, is refused", async ({ inPage }) => {
  const codes = await inPage(async (kit) => {
    const decode = (response) => kit.failure(() => void kit.refinire.decodeResponse(response, { provider: "openai" }));
    const used = new Response("x");
    await used.text();
    const locked = new Response("x");
    locked.body.getReader();
    const twice = new Response(kit.saying("a"));
    await kit.read(kit.refinire.decodeResponse(twice, { provider: "openai" }));
    return [(await decode(used)).code, (await decode(locked)).code, (await decode(twice)).code];
  });
  expect(codes).toEqual(["invalid-argument", "invalid-argument", "invalid-argument"]);
});

/** A response whose body counts what is done with it. */
const WATCHED = `(kit, pieces) => {
  const watch = { pulls: 0, cancelled: 0 };
  const list = pieces.map((piece) => new TextEncoder().encode(piece));
  const body = new ReadableStream({
    pull: (controller) => (watch.pulls += 1, list.length > 0 ? controller.enqueue(list.shift()) : new Promise(() => {})),
    cancel: () => void (watch.cancelled += 1),
  }, { highWaterMark: 0 });
  return { watch, response: new Response(body) };
}`;

test("nothing is read before somebody reads, and no faster than that", async ({ inPage }) => {
  const seen = await inPage(async (kit, watched) => {
    const { watch, response } = (0, eval)(watched)(kit, ["a", "b", "c", "d", "e"].map(kit.saying));
    const reader = kit.refinire.decodeResponse(response, { provider: "openai" }).getReader();
    await kit.settled();
    const before = watch.pulls;
    await reader.read();
    await kit.settled();
    return { before, after: watch.pulls };
  }, WATCHED);
  expect(seen.before).toBe(0);
  expect(seen.after).toBeLessThanOrEqual(2);
});

const STOPS = {
  "cancel in the middle": "async (stream, kit) => { const reader = stream.getReader(); await reader.read(); await reader.cancel(); }",
  "break": "async (stream) => { for await (const text of stream) break; }",
  "cancel before the first read": "(stream) => stream.cancel()",
};
for (const [what, source] of Object.entries(STOPS)) {
  test(`${what} closes the response's body`, async ({ inPage }) => {
    const seen = await inPage(async (kit, [watched, source]) => {
      const { watch, response } = (0, eval)(watched)(kit, ["a", "b", "c"].map(kit.saying));
      const stream = kit.refinire.decodeResponse(response, { provider: "openai" });
      await (0, eval)(source)(stream, kit);
      await kit.settled();
      return { cancelled: watch.cancelled, reason: (await stream.result).finishReason };
    }, [WATCHED, source]);
    expect(seen).toEqual({ cancelled: 1, reason: "aborted" });
  });
}

for (const moment of ["before", "in the middle"]) {
  test(`a signal aborted ${moment} closes the body, and its reason passes through`, async ({ inPage }) => {
    const seen = await inPage(async (kit, [watched, moment]) => {
      const { watch, response } = (0, eval)(watched)(kit, [kit.saying("a")]);
      const controller = new AbortController();
      if (moment === "before") controller.abort("why");
      const stream = kit.refinire.decodeResponse(response, { provider: "openai", signal: controller.signal });
      const reading = kit.read(stream);
      await kit.settled();
      controller.abort("why");
      const { chunks, error } = await reading;
      const { error: failed } = await kit.thrown(stream.result);
      return { chunks, error, failed, cancelled: watch.cancelled };
    }, [WATCHED, moment]);
    expect(seen).toEqual({ chunks: moment === "before" ? [] : ["a"], error: "why", failed: "why", cancelled: 1 });
  });
}
