// What this library promises, as ratios of times: `of` divided by `to`, which must be at most `most`, or at least `least`.
const HAND = "eventsource-parser";
const RUN = "refinire run";
const FRAME = "refinire run, frame";
const STREAMED = "refinire runStreamed";
const KEPT = "refinire run, kept";
const IN_MEMORY = "refinire run, in memory";
const ALONE = "refinire run, without a context";

const GROW = "JsonStream";
const RIVER = "jsonriver";
const SHAPES = ["string", "objects", "deep"];

const ratios = [
  { format: "chat", input: "event", of: RUN, to: HAND, most: 0.85 },
  { format: "chat", input: "16384", of: RUN, to: HAND, most: 0.35 },
  { format: "chat", input: "event", of: FRAME, to: HAND, most: 0.75 },
  { format: "chat", input: "16384", of: FRAME, to: HAND, most: 0.3 },
  { format: "chat", input: "event", of: STREAMED, to: HAND, most: 1 },
  { format: "chat", input: "16384", of: STREAMED, to: HAND, most: 0.65 },
  { format: "anthropic", input: "event", of: RUN, to: HAND, most: 0.95 },
  { format: "anthropic", input: "16384", of: RUN, to: HAND, most: 0.55 },
  { format: "chat", input: "event", of: "ai streamText", to: STREAMED, least: 15 },
  { format: "chat", input: "16384", of: "ai streamText", to: STREAMED, least: 15 },
  { format: "chat", input: "event", of: "openai", to: STREAMED, least: 1.4 },
  { format: "chat", input: "16384", of: "openai", to: STREAMED, least: 2 },
  ...SHAPES.map((input) => ({ format: "json", input, of: GROW, to: RIVER, most: 1 })),
  { format: "kept", input: "http", of: KEPT, to: IN_MEMORY, most: 1.1 },
  { format: "kept", input: "http", of: KEPT, to: ALONE, most: 1.1 },
  // Without a network every microsecond shows, and the wait for the Web Lock, which does not depend on the answer.
  { format: "kept", input: "event", of: KEPT, to: IN_MEMORY, most: 1.5 },
  ...["event", "16384"].map((input) => ({ format: "parallel", input, of: "refinire flow", to: "refinire runs", most: 1.3 })),
  // One sample is one start of a page, which depends on what else the machine is doing more than anything else here.
  { format: "start", input: "cold", of: STREAMED, to: "ai streamText", most: 1.5 },
  { format: "cpu", input: "task", of: "ai streamText", to: STREAMED, least: 8 },
  // Not a page of WebAssembly memory more; the JavaScript heap is never the same twice.
  { format: "memory", input: "wasm", of: "after 10,000 runs", to: "after 1,000 runs", most: 1 },
  { format: "memory", input: "heap", of: "after 10,000 runs", to: "after 1,000 runs", most: 1.1 },
  { format: "open", input: "turns", of: "<refinire-chat>", to: "deep-chat", most: 1 },
];

// Time grows in proportion to the answer: an event of a long one costs what an event of a short one costs.
const wire = ["chat", "anthropic"].flatMap((format) =>
  ["event", "16384"].flatMap((input) =>
    [RUN, FRAME, STREAMED].map((name) => ({ format, input, of: name, to: name, growth: true, most: 1.25 })),
  ),
);

const json = SHAPES.map((input) => ({ format: "json", input, of: GROW, to: GROW, growth: true, most: 1.25 }));

// No slower than the earlier package that BEFORE names, where it does: 1.1 is what the same code on both sides can come to.
const ways = [RUN, FRAME, STREAMED];
const before = [
  ...["chat", "anthropic"].flatMap((format) => ["event", "1460", "16384"].flatMap((input) => ways.map((name) => [format, input, name]))),
  ...["http", "event"].map((input) => ["kept", input, KEPT]),
  ...SHAPES.map((input) => ["json", input, GROW]),
].map(([format, input, name]) => ({ format, input, of: name, to: `before: ${name}`, most: 1.1 }));

export const budgets = [...ratios, ...wire, ...json, ...(process.env.BEFORE ? before : [])];
