// What the tests of growing values share: ways to cut a text, what comes of it, and randomness that can be had again.
import { readFileSync } from "node:fs";
import { IncrementalJson } from "../../src/web/js/incremental-json.js";
import { random } from "../bench/random.mjs";

/** Texts that are JSON, texts that are not, and what others are made of; tests/laws has its own use for them. */
export const corpus = JSON.parse(readFileSync(new URL("corpus.json", import.meta.url), "utf8"));

/** How many arrays and objects may be in one another. */
export const DEPTH = 128;

/** Text that survives being shown: what cannot be seen is escaped. */
export const shown = (text) => JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** What comes of a text in these pieces: the value, what was told as final, in JSON, and the error. Without `ends` it is not finished. */
export function grow(pieces, { ends = true } = {}) {
  const finals = [];
  const json = new IncrementalJson((path, value) => finals.push([path, JSON.stringify(value)]));
  let error;
  try {
    pieces.forEach((piece) => json.push(piece));
    if (ends) json.finish();
  } catch (thrown) {
    error = thrown;
  }
  return { value: json.value, finals, error };
}

/** The error's offset. */
export const offsetOf = (error) => Number(/\(at offset (\d+)\)$/.exec(error.message)?.[1]);

/** One UTF-16 unit each. */
export const units = (text) => text.split("");

/** The text as a whole, in units, and in two at every place. */
export function* everyCut(text) {
  yield [text];
  yield units(text);
  for (let at = 1; at < text.length; at += 1) yield [text.slice(0, at), text.slice(at)];
}

/** Pieces of up to nine units. */
export function cutAtRandom(text, rng) {
  const pieces = [];
  for (let at = 0; at < text.length; at += pieces.at(-1).length) pieces.push(text.slice(at, at + 1 + rng.below(9)));
  return pieces;
}

/** A generator for one test. The seed it tells is shown with a failure. */
export function seeded(t) {
  const seed = Number(process.env.REFINIRE_SEED ?? 20_260_101);
  t.diagnostic(`to repeat this: REFINIRE_SEED=${seed}`);
  const next = random(seed);
  const below = (count) => Math.floor(next() * count);
  return { below, pick: (list) => list[below(list.length)] };
}

const SPACES = ["", "", "", "", " ", "\n", "\t", " \r\n "];
const NUMBERS = ["0", "-0", "7", "-12", "0.5", "-1.25e-3", "1E+2", "10", "1e99999", "123456789012345678901234567890", "5e-324", "0.1e00"];
const SCRAPS = ["a", "word ", "é", "世界", "😀", "\u2028", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83d\\ude00", "\ud83d\\uDE00", "\\ud83d\ude00", "1", "{", "]"];
const HALVES = ["\ud83d", "\ude00", "\\ud83d", "\\uDE00"];
const KEYS = ["a", "b", "", "__proto__", "constructor", "toString", "\\u0061", "😀", "a\\n", "10", "2"];

/** JSON of whatever shape. `plain` has no key twice, none that is an index, and no half of a pair. */
export function randomJson(rng, { depth = 4, plain = false } = {}) {
  const space = () => rng.pick(SPACES);
  const several = (make) => Array.from({ length: rng.below(5) }, make);
  const string = () => `"${several(() => rng.pick(plain || rng.below(4) ? SCRAPS : HALVES)).join("")}"`;
  const key = (_, index) => (plain ? `"${rng.pick(["k", "é", "__proto__"])}${index || ""}"` : `"${rng.pick(KEYS)}"`);
  const value = (left) => {
    const kind = rng.below(left > 0 ? 6 : 4);
    if (kind === 0) return rng.pick(["true", "false", "null"]);
    if (kind === 1) return rng.pick(NUMBERS);
    if (kind < 4) return string();
    if (kind === 4) return `[${several(() => `${space()}${value(left - 1)}${space()}`).join(",") || space()}]`;
    return `{${several((...at) => `${space()}${key(...at)}${space()}:${space()}${value(left - 1)}${space()}`).join(",") || space()}}`;
  };
  return `${space()}${value(depth)}${space()}`;
}

/** Changes a few places of a text: something goes, comes, comes twice, or becomes something else. */
export function mutate(text, rng) {
  const pieces = [...corpus.pieces, ...HALVES];
  for (let left = 1 + rng.below(3); left > 0; left -= 1) {
    const from = rng.below(text.length + 1);
    const to = Math.min(text.length, from + rng.below(8));
    const [before, between, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
    const piece = rng.pick(pieces);
    text = rng.pick([before + after, before + piece + between + after, before + piece + after, before + between + between + after, before + between]);
  }
  return text;
}
