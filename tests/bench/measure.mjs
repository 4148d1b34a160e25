// Runs in the page: every peer, interleaved, in an order that is new in each repetition. Gives microseconds an event, or a push.
import { documents } from "./documents.mjs";
import { random, shuffled } from "./random.mjs";
import { talks } from "./talks.mjs";
import { together } from "./together.mjs";
import { wire } from "./wire.mjs";

const KINDS = [wire("chat"), wire("anthropic"), talks, together, documents];
const WARM_UPS = 2;

/** `modules`: addresses of the peers' modules; `formats`: which ones. Returns one list of samples for each format, input and peer; the place in
 *  the list is the repetition. */
export async function measure({ modules, formats, seed, repetitions, slowRepetitions }) {
  if (typeof gc !== "function") throw new Error("gc() is missing: Chromium was started without --expose-gc");
  const peers = (await Promise.all(modules.map((module) => import(module)))).flatMap((module) => module.peers);
  const kinds = KINDS.filter(({ format }) => formats.includes(format));
  const groups = kinds.flatMap((kind) => kind.inputs.map((input) => group(peers, kind, input)));
  const next = random(seed);
  for (let repetition = -WARM_UPS; repetition < repetitions; repetition += 1) {
    console.info(repetition < 0 ? "warming up" : `repetition ${repetition + 1} of ${repetitions}`);
    for (const { kind, cases } of shuffled(groups, next)) {
      for (const one of shuffled(cases, next)) {
        if (one.peer.slow && repetition >= slowRepetitions) continue;
        const sample = await time(kind, one);
        if (repetition >= 0) one.samples.push(sample);
      }
    }
  }
  return groups.map(({ kind, input, cases }) => ({
    format: kind.format,
    input,
    peers: cases.map(({ peer, isLong, fixture, answers, samples }) => ({ name: peer.name, isLong, events: fixture.events, answers, samples })),
  }));
}

/** What is measured of one format with one input. The short and the long answers of a peer come to the same number of events in all,
 *  so that what differs between them is only the length of an answer. */
function group(peers, kind, input) {
  const fixtures = new Map();
  const fixture = (events) => {
    if (!fixtures.has(events)) fixtures.set(events, kind.prepare(input, events));
    return fixtures.get(events);
  };
  const cases = peers
    .filter((peer) => peer.format === kind.format)
    .flatMap((peer) => [
      { peer, isLong: false, answers: peer.slow ? 1 : kind.long / kind.short, fixture: fixture(kind.short), samples: [] },
      ...(peer.grows && kind.growing.includes(input) ? [{ peer, isLong: true, answers: 1, fixture: fixture(kind.long), samples: [] }] : []),
    ]);
  return { kind, input, cases };
}

/** Microseconds an event, over a few whole answers in a row: long enough for a peer to pay for its own garbage. */
async function time(kind, { peer, fixture, answers }) {
  const got = [];
  const prepared = await peer.prepare?.();
  const inputs = Array.from({ length: answers }, () => kind.fresh?.(fixture) ?? fixture);
  gc();
  const start = performance.now();
  for (const input of inputs) got.push(await kind.read(peer, input, prepared));
  const taken = performance.now() - start;
  peer.clear?.(prepared);
  for (const result of got) kind.check(peer, fixture, result);
  return (taken * 1000) / (answers * fixture.events);
}
