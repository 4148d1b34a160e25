// Sources and files: in events, in the result, and in the conversation, also after a reload.
import { expect, load, test } from "./support/test.mjs";

const SOURCE = { url: "https://a.test/", title: "A", start: 3, end: 7 };

test("sources and files come in order with the text, and are in the result and the message, also after a reload", async ({ page, inOwnPage }) => {
  const talk = async (kit) => {
    const annotation = { type: "url_citation", url_citation: { url: "https://a.test/", title: "A", start_index: 2, end_index: 6 } };
    const image = (data) => kit.chunk({ images: [{ type: "image_url", image_url: { url: `data:image/png;base64,${data}` } }] });
    const large = "AAAA".repeat(30_000);
    const events = [];
    const onEvent = (event) => {
      if (["text-delta", "source", "file"].includes(event.type)) events.push(structuredClone(event.source ?? event.file?.data?.length ?? event.text));
    };
    const context = kit.talk();
    const answers = kit.model((turn) => turn.send(kit.saying("😀 Köln."), kit.chunk({ annotations: [annotation] }), image("AAAA"), image(large), kit.ending(), kit.DONE).finish());
    const { sources, files } = await kit.agent(answers).run("Hi", { context, onEvent });
    const message = context.messages.at(-1);
    return { events, sources, files: files.map(({ mediaType, data }) => [mediaType, data.length]), kept: message.sources, lengths: message.files.map(({ data }) => data.length) };
  };
  const seen = await inOwnPage(talk);
  expect(seen.events).toEqual(["😀 Köln.", SOURCE, 4, 120_000]);
  expect(seen).toMatchObject({ sources: [SOURCE], kept: [SOURCE], lengths: [4, 120_000] });
  expect(seen.files).toEqual([["image/png", 4], ["image/png", 120_000]]);
  await page.reload();
  await load(page);
  const { sources, files, content } = await inOwnPage((kit) => kit.talk().messages.at(-1));
  expect({ sources, files, content }).toEqual({ sources: [SOURCE], files: [{ mediaType: "image/png", data: "AAAA" }, { mediaType: "image/png" }], content: "😀 Köln." });
});
