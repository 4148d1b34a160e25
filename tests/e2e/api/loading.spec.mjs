// What is loaded: the entry's two files, whatever a page asks for afterwards.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

const ENTRY = ["/pkg/refinire_web.js", "/pkg/refinire_web_bg.wasm"];

test("runs of every kind load the entry's files and nothing else", async ({ page }) => {
  const paths = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/pkg/")) paths.push(pathname);
  });
  await openBlank(page);
  await load(page, { start: false });
  const texts = await call(page, async (kit) => {
    await kit.refinire.default();
    const cut = kit.model((turn, number) => (number === 1 ? turn.say("a b", "rown").close() : turn.answer("brown", " fox")));
    const texts = [(await kit.agent(cut, { continueOnCut: 1 }).run("Hi")).text];
    const { chunks } = await kit.read(kit.agent(kit.saysAll("Hel", "lo")).runStreamed("Hi"));
    texts.push(chunks.join(""), (await kit.agent(kit.saysAll('{"a":1}'), { outputSchema: { type: "object" } }).run("Hi")).text);
    const decoded = kit.refinire.decodeResponse(new Response('{"response":"","message":{"content":"de"},"done":true}\n'), { provider: "ollama" });
    texts.push((await kit.read(decoded)).chunks.join(""));
    const flow = new kit.refinire.Flow({ one: () => "done" });
    texts.push((await flow.run("Hi")).content, String((await kit.refinire.Context.list()).length));
    return texts;
  });
  expect(texts).toEqual(["a brown fox", "Hello", '{"a":1}', "de", "done", "0"]);
  expect(paths).toEqual(ENTRY);
});
