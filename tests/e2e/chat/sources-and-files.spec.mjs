// What comes with the text of an answer: its sources, and files that the model made.
import { expect, test } from "./support/test.mjs";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const CITED = [["https://a.test/one", "The first"], ["https://b.test/", undefined], ["https://a.test/one", "Again"], ["javascript:alert(1)", "Unsafe"]];

/** The model answers its next request with sources. */
const cite = (chat, number) => chat.run(async (kit, [number, cited]) => {
  const annotations = cited.map(([url, title], at) => ({ type: "url_citation", url_citation: { url, title, start_index: at, end_index: at + 1 } }));
  const turn = await kit.kept.model.turn(number);
  turn.say("As they say.").send(kit.chunk({ annotations }));
}, [number, CITED]);

async function seesSources(chat) {
  const sources = chat.answer.getByRole("list", { name: "Sources" });
  await expect(sources.getByRole("listitem")).toHaveText(["The first", "b.test", "Unsafe"]);
  const links = sources.getByRole("link");
  expect(await links.evaluateAll((all) => all.map(({ href, rel, target }) => [href, rel, target]))).toEqual(
    ["https://a.test/one", "https://b.test/"].map((href) => [href, "noopener noreferrer", "_blank"]));
  expect(await sources.locator("li").first().evaluate((item) => getComputedStyle(item, "::before").content)).toContain("counter(source)");
}

test("sources are numbered links, each address once, while the answer streams and when the conversation is opened again", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Who says so?");
  await cite(chat, 1);
  await seesSources(chat);
  await chat.answerTo(1);
  await chat.ended();
  await seesSources(chat);
  await chat.run(async (kit) => {
    const { chat } = kit.kept;
    const { context } = chat;
    chat.context = kit.memory();
    await kit.settled();
    chat.context = context;
  });
  await seesSources(chat);
});

/** An answer with these files is shown, as if it had been kept. */
const showFiles = (chat, ...files) => chat.run(async (kit, files) => {
  const message = (role, content, more) => ({ role, content, timestamp: "2020-01-02T03:04:05.000Z", metadata: {}, ...more });
  const messages = [message("user", "Draw"), message("assistant", "Here", { files })];
  kit.kept.chat.context = kit.refinire.Context.fromJSON({ ...kit.memory().toJSON(), messages }, { storage: "memory" });
}, files);

test("an image is drawn as soon as it comes, and can be saved", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Draw");
  await chat.run(async (kit, data) => {
    const turn = await kit.kept.model.turn(1);
    turn.say("Here ").send(kit.chunk({ images: [{ type: "image_url", image_url: { url: `data:image/png;base64,${data}` } }] }));
  }, PIXEL);
  const image = chat.answer.getByRole("img", { name: "Image" });
  await expect(image).toBeVisible();
  expect(await image.evaluate(({ width, height }) => [width, height])).toEqual([1, 1]);
  await chat.answerTo(1, "it is.");
  await chat.ended();
  await expect(image).toHaveCount(1);
  const [download] = await Promise.all([chat.page.waitForEvent("download"), chat.answer.getByRole("link", { name: "Image" }).click()]);
  expect(download.suggestedFilename()).toBe("image.png");
});

test("other files are links that save them, also what is no image; what was not kept is named", async ({ mount }) => {
  const chat = await mount();
  await showFiles(chat, { mediaType: "text/html", data: "PGI+", name: "page.html" }, { mediaType: "image/png", data: "AAAA", name: "broken" },
    { mediaType: "audio/mpeg", name: "song" }, { mediaType: "x y;", data: "AAAA" });
  const links = chat.answer.getByRole("link");
  await expect(links).toHaveText(["page.html", "broken", "File"]);
  expect(await links.evaluateAll((all) => all.map(({ href, download }) => [href.slice(0, 30), download]))).toEqual([
    ["data:text/html;base64,PGI+", "page.html"], ["data:image/png;base64,AAAA", "broken"], ["data:application/octet-stream;", "file.octet-stream"]]);
  await expect(chat.answer.locator("canvas")).toHaveCount(0);
  await expect(chat.answer).toContainText("song is not kept on this device");
});

test("a remote image is a link, unless images are loaded", async ({ mount, page }) => {
  let isAsked = false;
  await page.route("https://a.test/**", (route) => {
    isAsked = true;
    return route.fulfill({ contentType: "image/png", body: Buffer.from(PIXEL, "base64") });
  });
  const file = { mediaType: "image/png", url: "https://a.test/cat.png", name: "A cat" };
  const chat = await mount();
  await showFiles(chat, file);
  await expect(chat.answer.getByRole("link", { name: "A cat" })).toHaveAttribute("href", file.url);
  await expect(chat.answer.getByRole("img", { name: "A cat" })).toHaveCount(0);
  expect(isAsked).toBe(false);
  const loading = await mount({ images: "" });
  await showFiles(loading, file);
  await expect(loading.answer.getByRole("img", { name: "A cat" })).toBeVisible();
  await expect.poll(() => isAsked).toBe(true);
});
