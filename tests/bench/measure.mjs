// Runs in the page: every peer, interleaved, in an order that is new in each repetition. Gives microseconds an event.
import { fakeFetch } from "./body.mjs";
import { answer, CHUNKINGS, cut } from "./fixtures.mjs";
import { random, shuffled } from "./random.mjs";

const SHORT = 5_000;
const LONG = 20_000;
const WARM_UPS = 2;
const PATIENCE_MS = 120_000;

/** `modules`: addresses of the peers' modules. Returns one list of samples for each format, chunking and peer; the place in the list is the repetition. */
export async function measure({ modules, seed, repetitions, slowRepetitions }) {
  if (typeof gc !== "function") throw new Error("gc() is missing: Chromium was started without --expose-gc");
  const peers = (await Promise.all(modules.map((module) => import(module)))).flatMap((module) => module.peers);
  const groups = ["chat", "anthropic"].flatMap((format) => CHUNKINGS.map((chunking) => group(peers, format, chunking)));
  const next = random(seed);
  for (let repetition = -WARM_UPS; repetition < repetitions; repetition += 1) {
    console.info(repetition < 0 ? "warming up" : `repetition ${repetition + 1} of ${repetitions}`);
    for (const { cases } of shuffled(groups, next)) {
      for (const one of shuffled(cases, next)) {
        if (one.slow && repetition >= slowRepetitions) continue;
        const sample = await time(one);
        if (repetition >= 0) one.samples.push(sample);
      }
    }
  }
  return groups.map(({ format, chunking, cases }) => ({
    format,
    chunking,
    peers: cases.map(({ name, events, answers, samples }) => ({ name, events, answers, samples })),
  }));
}

/** What is measured of one format in one chunking. The short and the long answers of a peer come to the same number of events in all,
 *  so that what differs between them is only the length of an answer. */
function group(peers, format, chunking) {
  const prepare = (events) => {
    const made = answer(format, events);
    const pieces = cut(made.events, chunking);
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return { pieces, bytes, text: made.text, deltas: made.deltas };
  };
  const fixtures = new Map();
  const fixture = (events) => {
    if (!fixtures.has(events)) fixtures.set(events, prepare(events));
    return fixtures.get(events);
  };
  const cases = peers
    .filter((peer) => peer.format === format)
    .flatMap(({ events = SHORT, ...peer }) => [
      { ...peer, events, answers: peer.slow ? 1 : LONG / events, fixture: fixture(events), samples: [] },
      ...(peer.grows && chunking !== "1460" ? [{ ...peer, events: LONG, answers: 1, fixture: fixture(LONG), samples: [] }] : []),
    ]);
  return { format, chunking, cases };
}

/** Microseconds an event, over a few whole answers in a row: long enough for a peer to pay for its own garbage. */
async function time(one) {
  const got = [];
  const prepared = await one.prepare?.();
  gc();
  const start = performance.now();
  for (let count = 0; count < one.answers; count += 1) got.push(await read(one, prepared));
  const taken = performance.now() - start;
  one.clear?.(prepared);
  for (const result of got) check(one, result);
  return (taken * 1000) / (one.answers * one.events);
}

async function read({ name, answer, fixture }, prepared) {
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
    got.bytes = await Promise.race([answer({ fetch: fakeFetch(fixture.pieces), onText, prepared }), late]);
  } finally {
    clearTimeout(timer);
  }
  return got;
}

/** A peer that skips work would win: everything must have come through. */
function check({ name, format, gives, fixture }, got) {
  const wanted = gives === "bytes" ? ["bytes"] : gives === "text" ? ["text"] : ["text", "deltas"];
  for (const key of wanted) {
    if (got[key] === fixture[key]) continue;
    const told = (value) => (typeof value === "string" ? `${value.length} characters` : value);
    throw new Error(`${name} (${format}): ${key} differ: ${told(got[key])}, not ${told(fixture[key])}`);
  }
}
