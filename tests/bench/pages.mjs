// What cannot be measured beside others in one page: the start in a fresh one, what the main thread works, and what memory is left behind.
// The samples look as those of measure.mjs do.
import * as chats from "./chats/measures.mjs";
import { answer } from "./fixtures.mjs";
import { random, shuffled } from "./random.mjs";

const PEERS = [
  { name: "refinire run", file: "refinire" },
  { name: "refinire runStreamed", file: "refinire" },
  { name: "openai", file: "openai" },
  { name: "ai streamText", file: "ai-sdk" },
];
const OURS = PEERS[0];

/** So many events have 100 KB of text. */
const EVENTS = 18_000;
const RUNS = { few: 1_000, many: 10_000 };
const MB = 2 ** 20;

const which = ({ name, file }) => ({ name, module: `/bench/peers/${file}.js` });

/** A fresh browser context has an HTTP cache of its own, and compiled code of nobody. */
async function withPage(browser, address, use) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.on("console", (message) => console.error(`  ${message.text()}`));
    await page.goto(address);
    const call = (name, given) =>
      page.evaluate(async ([name, given]) => (await import("/bench/single.js"))[name](given), [name, given]);
    return await use(call, await context.newCDPSession(page));
  } finally {
    await context.close();
  }
}

/** Each repetition in an order of its own. Gives what `sample` gave, by peer. */
async function repeated(peers, { seed, slowRepetitions }, sample) {
  const next = random(seed);
  const samples = new Map(peers.map((peer) => [peer.name, []]));
  for (let repetition = 0; repetition < slowRepetitions; repetition += 1) {
    for (const peer of shuffled(peers, next)) samples.get(peer.name).push(await sample(peer));
  }
  return samples;
}

const group = (format, input, samples) => ({
  format,
  input,
  peers: [...samples].map(([name, values]) => ({ name, isLong: false, events: 1, answers: 1, samples: values })),
});

async function start(browser, address, peers, options) {
  const sample = (peer) => withPage(browser, address, (call) => call("firstChunk", which(peer)));
  return [group("start", "cold", await repeated(peers, options, sample))];
}

async function cpu(browser, address, all, options) {
  // For openai it takes too long: see the README.
  const peers = all.filter(({ name }) => name !== "openai");
  const { text } = answer("chat", EVENTS);
  return withPage(browser, address, async (call, devtools) => {
    // Time of the thread: what else the machine is doing does not count.
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const spent = async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
    };
    const sample = async (peer) => {
      await devtools.send("HeapProfiler.collectGarbage");
      const before = await spent();
      const length = await call("readOverHttp", { ...which(peer), events: EVENTS });
      const after = await spent();
      if (length !== text.length) throw new Error(`${peer.name}: ${length} characters, not ${text.length}`);
      return after - before;
    };
    // What each compiles and optimizes is not counted.
    for (const peer of peers) await sample(peer);
    return [group("cpu", "task", await repeated(peers, options, sample))];
  });
}

async function memory(browser, address, peers) {
  if (!peers.includes(OURS)) return [];
  return withPage(browser, address, async (call, devtools) => {
    await call("watchModules");
    const used = async () => {
      await devtools.send("HeapProfiler.collectGarbage");
      const { usedSize } = await devtools.send("Runtime.getHeapUsage");
      return { wasm: (await call("wasmBytes")) / MB, heap: usedSize / MB };
    };
    await call("readMany", { ...which(OURS), count: RUNS.few });
    const few = await used();
    await call("readMany", { ...which(OURS), count: RUNS.many - RUNS.few });
    const many = await used();
    return ["wasm", "heap"].map((input) => group("memory", input, new Map([["after 1,000 runs", [few[input]]], ["after 10,000 runs", [many[input]]]])));
  });
}

const MEASURES = { start, cpu, memory };

/** The groups of those of the `formats` that are measured here. Without our own package only the others. */
export async function measurePages(browser, address, withOurs, options) {
  const peers = PEERS.filter(({ file }) => withOurs || file !== OURS.file);
  const groups = [];
  for (const [format, measure] of Object.entries(MEASURES)) {
    if (!options.formats.includes(format)) continue;
    console.error(`  ${format}`);
    groups.push(...(await measure(browser, address, peers, options)));
  }
  for (const [format, measure] of Object.entries(chats)) {
    if (!options.formats.includes(format)) continue;
    console.error(`  ${format}`);
    groups.push(...(await measure(browser, address, withOurs, options, { repeated, group })));
  }
  return groups;
}
