// What the stand-in says, chosen by words in the question.
import { readFileSync } from "node:fs";

const read = (name) => readFileSync(new URL(`answers/${name}.txt`, import.meta.url), "utf8").trimEnd();

const textOf = (content) => (typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join(""));

// Without surrogate pairs, which the stand-in's pieces might split.
const firstSentence = (text) => text.replace(/[^\0-\uffff]/gu, "").split(/(?<=[.!?])\s/, 1)[0];

/** Shows that the talk so far came along with the question. */
function recall(messages) {
  const [question, answer] = ["user", "assistant"].map((wanted) => textOf(messages.find(({ role }) => role === wanted)?.content));
  if (!answer) return "Nothing yet: this is where our conversation begins.";
  return `You began with “${firstSentence(question)}”, and I answered “${firstSentence(answer)}” I know, because all of it came along with this question.`;
}

/** Questions that are answered with an error, to see what a page makes of it. */
export const failures = [
  { when: /^\s*fail with 500\b/i, status: 500, error: { message: "The model fell over, as asked.", type: "server_error" } },
  { when: /^\s*fail with 401\b/i, status: 401, error: { message: "This key is not valid, as asked.", type: "invalid_request_error", code: "invalid_api_key" } },
  { when: /^\s*rate limit me\b/i, status: 429, retryAfter: 1, error: { message: "Too many questions at once, as asked.", type: "rate_limit_error", code: "rate_limit_exceeded" } },
];

/** In order: the first answers whose `when` is found in the question, and whose `told`, if any, in the instructions. `text` may be made of the messages. */
export const answers = [
  { name: "cut", when: /^\s*cut the (line|connection)\b/i, text: read("cut"), cutAfter: 40 },
  { name: "long", when: /\b(very long|long answer|long story|essay|2,?000 words|in detail)\b/i, text: read("long") },
  { name: "recall", when: /\bwhat did I ask\b/i, text: recall },
  { name: "blog-post", when: /\bblog post\b/i, text: read("blog-post") },
  { name: "decorators", when: /\bdecorators?\b/i, text: read("decorators") },
  { name: "learning", when: /\bmachine learning\b/i, text: read("learning") },
  { name: "lesson", when: /\blearn javascript\b/i, text: read("lesson") },
  { name: "waiting", when: /\bwhat about waiting\b/i, text: read("waiting") },
  { name: "riddle", when: /\b(riddle|puzzle|think hard|reason)/i, text: read("riddle"), reasoning: read("riddle-reasoning") },
  { name: "page", when: /\b(what is this|this page|who are you|what are you|refinire|webassembly|wasm)\b/i, text: read("page") },
  { name: "picture", when: /\bquantum\b/i, told: /\bwith a picture\b/i, text: read("picture") },
  { name: "quantum-markdown", when: /\b(quantum|qubits?)\b/i, told: /\bMarkdown\b/, text: read("quantum-markdown") },
  { name: "quantum", when: /\b(quantum|qubits?)\b/i, text: read("quantum") },
  { name: "code", when: /\b(async|await|javascript|promises?|code|function)\b/i, text: read("code") },
  { name: "japanese", when: /[\u3040-\u30ff\u4e00-\u9fff]|\bjapanese\b/i, text: read("japanese") },
  { name: "arabic", when: /[\u0600-\u06ff]|\barabic\b/i, text: read("arabic") },
  { name: "emoji", when: /\p{Extended_Pictographic}|\bemoji\b/iu, text: read("emoji") },
  { name: "story", when: /\b(story|tale|poem)\b/i, text: read("story") },
  { name: "hello", when: /^\s*(hi|hello|hey|good (morning|evening))\b/i, text: read("hello") },
];

const otherwise = ["default-1", "default-2", "default-3"].map((name) => ({ name, text: read(name) }));
answers.push(...otherwise);

// What the library asks where an answer is to be gone on with and the format has no other way to say so.
const GO_ON = /^Your answer was cut off\b/;

const asksToGoOn = ({ role, content }) => role === "user" && GO_ON.test(textOf(content));

/** What has been said already of an answer that is to be gone on with. */
export function begunIn(messages) {
  const last = messages.findLast((message) => !asksToGoOn(message));
  return last?.role === "assistant" ? textOf(last.content) : "";
}

/** The answer to the last question; where no word is known, another one from turn to turn. */
export function answerFor(messages) {
  const questions = messages.filter((message) => message.role === "user" && !asksToGoOn(message));
  const question = textOf(questions.at(-1)?.content);
  const instructions = messages.filter(({ role }) => role === "system").map(({ content }) => textOf(content)).join("\n");
  const known = answers.find(({ when, told }) => when?.test(question) && (told?.test(instructions) ?? true));
  return known ?? otherwise[(questions.length + question.length) % otherwise.length];
}
