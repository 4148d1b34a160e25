// JSON that arrives four characters at a time, in three shapes: one long string, many small objects, deep ones.
import { random } from "./random.mjs";

const PIECE = 4;
const WORDS = ["the", "of", "stream", "answer", "café", "日本", "👍", "\n", '"quoted"', "through", "something", "module"];

const shapes = {
  string: (characters, pick) => {
    const words = [];
    for (let length = 0; length < characters; length += words.at(-1).length + 1) words.push(pick(WORDS));
    return { id: 1, text: words.join(" ") };
  },
  objects: (characters, pick) => {
    const one = (_, id) => ({ id, name: `${pick(WORDS)} ${pick(WORDS)}`, price: id / 8, isNew: id % 3 === 0, tags: [pick(WORDS)], seller: null });
    return Array.from({ length: Math.ceil(characters / 84) }, one);
  },
  deep: (characters, pick) => {
    const nest = (depth) => (depth > 0 ? { in: [nest(depth - 1)] } : pick(WORDS));
    return Array.from({ length: Math.ceil(characters / 457) }, () => nest(50));
  },
};

export const documents = {
  format: "json",
  inputs: Object.keys(shapes),
  growing: Object.keys(shapes),
  // Characters.
  short: 100_000,
  long: 400_000,

  prepare(shape, characters) {
    const next = random(1);
    const text = JSON.stringify(shapes[shape](characters, (from) => from[Math.floor(next() * from.length)]));
    const pieces = Array.from({ length: Math.ceil(text.length / PIECE) }, (_, at) => text.slice(at * PIECE, (at + 1) * PIECE));
    return { events: pieces.length, pieces, text };
  },

  /** The value is looked at after each piece. */
  async read({ answer }, { pieces }) {
    const got = { seen: 0 };
    got.value = await answer({ pieces, onValue: (value) => (got.seen += value === undefined ? 0 : 1) });
    return got;
  },

  check({ name }, { text, pieces }, { value, seen }) {
    if (JSON.stringify(value) !== text) throw new Error(`${name}: the value is not what the text says`);
    if (seen < pieces.length / 4) throw new Error(`${name}: the value was seen ${seen} times in ${pieces.length} pushes`);
  },
};
