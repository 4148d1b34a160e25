// The formats that are streamed: how their answers are read, and what must have come through.
import { fakeFetch } from "./body.mjs";
import { answer, CHUNKINGS, cut } from "./fixtures.mjs";

const PATIENCE_MS = 120_000;

export const wire = (format) => ({
  format,
  inputs: CHUNKINGS,
  growing: ["event", "16384"],
  short: 5_000,
  long: 20_000,

  prepare(chunking, events) {
    const made = answer(format, events);
    const pieces = cut(made.events, chunking);
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return { events, pieces, bytes, text: made.text, deltas: made.deltas };
  },

  /** A read from the network is a buffer of its own, which a reader may keep or transfer. Made before the time is taken. */
  fresh: (fixture) => ({ ...fixture, pieces: fixture.pieces.map((piece) => piece.slice()) }),

  read(peer, { pieces }, prepared) {
    return this.readWith(peer, fakeFetch(pieces), prepared);
  },

  async readWith({ name, answer: read }, fetch, prepared) {
    const got = { text: "", deltas: 0, bytes: 0 };
    const onText = (text) => {
      got.text += text;
      got.deltas += 1;
    };
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${name}: no end after ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    try {
      got.bytes = await Promise.race([read({ fetch, onText, prepared }), late]);
    } finally {
      clearTimeout(timer);
    }
    return got;
  },

  /** A peer that skips work would win: everything must have come through. */
  check({ name, gives }, fixture, got) {
    const wanted = gives === "bytes" ? ["bytes"] : gives === "text" ? ["text"] : ["text", "deltas"];
    for (const key of wanted) {
      if (got[key] === fixture[key]) continue;
      const told = (value) => (typeof value === "string" ? `${value.length} characters` : value);
      throw new Error(`${name} (${format}): ${key} differ: ${told(got[key])}, not ${told(fixture[key])}`);
    }
  },
});
