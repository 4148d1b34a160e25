// What the page is made of, without a page.
import { expect, test } from "@playwright/test";

import { explainError, explainStorage } from "../../www/chat-page/explain-error.js";
import { Fences } from "../../www/chat-page/fences.js";
import { agentOptions, destinationOf, FORMATS } from "../../www/chat-page/providers.js";
import { Pulse } from "../../www/chat-page/pulse.js";
import { duration, figures, Tally } from "../../www/chat-page/stats.js";
import { answerFor, answers, begunIn } from "../../www/server/answers.mjs";
import { pieceLength, restOf } from "../../www/server/pieces.mjs";

/** The parts of a text that comes in these pieces, neighbours of a kind joined. */
function partsOf(pieces) {
  const fences = new Fences();
  const parts = [];
  for (const part of [...pieces.flatMap((piece) => fences.push(piece)), ...fences.finish()]) {
    const [kind, value] = Object.entries(part)[0];
    const last = parts.at(-1);
    if (last?.[0] === kind && typeof value === "string" && kind !== "open") last[1] += value;
    else parts.push([kind, value]);
  }
  return parts;
}

const FENCED = [
  ["a\n```js\nlet x = `1`;\n\n  y\n```\nb", [["text", "a\n"], ["open", "js"], ["code", "let x = `1`;\n\n  y\n"], ["close", true], ["text", "b"]]],
  ["```\nx\n```", [["open", ""], ["code", "x\n"], ["close", true]]],
  ["````md\n```\n````\n", [["open", "md"], ["code", "```\n"], ["close", true]]],
  ["``` a `b` ```\nc", [["text", "``` a `b` ```\nc"]]],
  ["one `` two\n``\n", [["text", "one `` two\n``\n"]]],
  ["```py\nnever closed", [["open", "py"], ["code", "never closed"], ["close", true]]],
  ["ends with ``", [["text", "ends with ``"]]],
  ["```js", [["text", "```js"]]],
  ["", []],
];

test("however a text is divided, its fences are the same", () => {
  for (const [text, expected] of FENCED) {
    expect(partsOf([text])).toEqual(expected);
    expect(partsOf([...text])).toEqual(expected);
    for (let at = 1; at < text.length; at += 1) expect(partsOf([text.slice(0, at), text.slice(at)])).toEqual(expected);
  }
});

test("text that cannot be a fence is not held back", () => {
  const fences = new Fences();
  expect(fences.push("Hel")).toEqual([{ text: "Hel" }]);
  expect(fences.push("lo\n`")).toEqual([{ text: "lo\n" }]);
  expect(fences.push("x")).toEqual([{ text: "`x" }]);
});

test("bars keep their sum when time runs out of places", () => {
  const pulse = new Pulse();
  for (let ms = 0; ms < 60_000; ms += 500) pulse.add(ms, 5);
  const bars = pulse.path().split("M").slice(1);
  expect(bars.length).toBeLessThanOrEqual(120);
  expect(bars.length).toBeGreaterThan(60);
  expect(new Pulse().path()).toBe("");
});

test("a tally counts from the question, and figures leave out what is unknown", () => {
  const tally = new Tally(1000);
  expect(figures(tally)).toEqual([["chunks", "0"], ["chars", "0"]]);
  tally.add("abcd", 1400);
  tally.add("efgh", 3000);
  expect(figures(tally, { inputTokens: 0, outputTokens: 1234 })).toEqual([
    ["chunks", "2"], ["chars", "8"], ["to first chunk", "400 ms"], ["chars/s", "4"], ["tokens out", "1,234"],
  ]);
  expect([duration(999), duration(1000), duration(12_345)]).toEqual(["999 ms", "1.00 s", "12.35 s"]);
});

test("every error is explained with something to do", () => {
  const codes = ["invalid-argument", "guardrail", "network", "http", "timeout", "protocol", "provider", "truncated", "limit", "made-up"];
  for (const code of codes) {
    const explained = explainError({ code, message: "details" });
    expect(explained.title).not.toBe("");
    expect(explained.advice).not.toBe("");
    expect(explained.detail).toBe("details");
  }
  expect(explainError({ code: "http", status: 429, retryAfterMs: 2500, message: "" }).advice).toContain("3 seconds");
  expect(explainError({ code: "network", message: "" }, { own: true }).advice).toContain("CORS");
  expect(explainError({ code: "network", partialText: "some", message: "" }).title).toBe("The answer was cut off");
  expect(explainError("a string").detail).toBe("a string");
});

test("a notice about the storage says that nothing is kept only where that is so", () => {
  expect(explainStorage({ message: "the storage was full: the oldest turns went, 3 of them" })).toBe("The storage was full: the oldest turns went, 3 of them.");
  const refused = { message: "the conversation could not be kept: No room.", cause: new Error("No room.") };
  expect(explainStorage(refused)).toBe("This conversation will be lost when the page is reloaded. The conversation could not be kept: No room.");
});

test("only a key that was typed goes out, and only to where it belongs", () => {
  for (const { id, standIn, home } of FORMATS) {
    expect(agentOptions({ format: id, baseUrl: "", model: "", apiKey: "" })).toMatchObject({ provider: id, baseUrl: standIn });
    const own = agentOptions({ format: id, baseUrl: "", model: "m", apiKey: "k" });
    expect(own).toMatchObject({ model: "m", apiKey: "k", dangerouslyAllowBrowser: true });
    expect(own).not.toHaveProperty("baseUrl");
    expect(agentOptions({ format: id, baseUrl: "http://x/v1", model: "", apiKey: "" })).not.toHaveProperty("apiKey");
    expect(destinationOf({ format: id, baseUrl: "", model: "", apiKey: "k" }).where).toBe(new URL(home).host);
  }
});

test("every answer of the stand-in can be sent without splitting a character", () => {
  const asked = [{ role: "user", content: "👋🏽 Hello" }, { role: "assistant", content: "Hello." }];
  for (const { text: told } of answers) {
    const text = typeof told === "function" ? told(asked) : told;
    const length = pieceLength(text);
    const pieces = Array.from({ length: Math.ceil(text.length / length) }, (_, index) => text.slice(index * length, (index + 1) * length));
    expect(pieces.length).toBeGreaterThan(10);
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
  }
});

test("who goes on repeats a little, splits no character either, and begins anew what others have begun", () => {
  for (const { text } of answers.filter(({ text }) => typeof text === "string")) {
    const length = pieceLength(text);
    const ends = Array.from({ length: Math.ceil(text.length / length) }, (_, index) => index * length);
    const rests = ends.map((end) => restOf(text, text.slice(0, end), length));
    expect(rests.every((rest) => text.endsWith(rest) && rest.slice(0, length).isWellFormed())).toBe(true);
    const repeated = rests.map((rest, index) => ends[index] - (text.length - rest.length));
    expect(Math.min(...repeated.slice(32))).toBeGreaterThanOrEqual(32);
    const beginsWord = (rest) => rest === text || /\s$/.test(text.slice(0, text.length - rest.length));
    expect(rests.filter((rest) => !beginsWord(rest))).toEqual([]);
    expect(restOf(text, "Something else", length)).toBe(text);
  }
});

test("a request to go on is no question: it goes on with the answer before it", () => {
  const goOn = { role: "user", content: "Your answer was cut off. Go on exactly where it stops." };
  const begun = [{ role: "user", content: "quantum" }, { role: "assistant", content: "It is" }];
  expect(answerFor([...begun, goOn]).name).toBe("quantum");
  expect([begunIn([...begun, goOn]), begunIn(begun), begunIn(begun.slice(0, 1))]).toEqual(["It is", "It is", ""]);
});

test("suggestions and follow-ups find an answer", () => {
  const named = (...questions) => answerFor(questions.map((content) => ({ role: "user", content }))).name;
  expect(named("What is this page?")).toBe("page");
  expect(named("日本語で自己紹介してください")).toBe("japanese");
  expect(named("A very long answer")).toBe("long");
  expect(named("Cut the connection half way")).toBe("cut");
  expect(named("Hello", "And what is the meaning of it all?")).toMatch(/^default-/);
  expect(named([{ type: "text", text: "quantum" }])).toBe("quantum");
  const instructed = (content) => answerFor([{ role: "system", content }, { role: "user", content: "quantum" }]).name;
  expect([instructed("Explain it with a picture."), instructed("Explain it precisely.")]).toEqual(["picture", "quantum"]);
  expect(named("Hello", "What did I ask you at first?")).toBe("recall");
});
