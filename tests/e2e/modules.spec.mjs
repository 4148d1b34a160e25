// What the page is made of, without a page.
import { expect, test } from "@playwright/test";

import { duration } from "../../www/common/duration.js";
import { explainError } from "../../www/common/explain-error.js";
import { agentOptions, destinationOf, FORMATS } from "../../www/common/providers.js";
import { answerFor, answers, begunIn } from "../../www/server/answers.mjs";
import { pieceLength, restOf } from "../../www/server/pieces.mjs";

test("times are in words", () => {
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
  expect(explainError({ code: "network", partialText: "some", message: "" }).title).toBe("The answer was cut off");
  expect(explainError("a string").detail).toBe("a string");
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
  expect(["Explain it with a picture.", "Explain it precisely.", "Answer in Markdown."].map(instructed)).toEqual(["picture", "quantum", "quantum-markdown"]);
  expect(named("Hello", "What did I ask you at first?")).toBe("recall");
});
