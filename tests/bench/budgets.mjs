// What this library promises, as ratios of times: `of` divided by `to`, which must be at most `most`, or at least `least`.
const HAND = "eventsource-parser";
const RUN = "refinire run";
const FRAME = "refinire run, frame";
const STREAMED = "refinire runStreamed";
const KEPT = "refinire run, kept";
const IN_MEMORY = "refinire run, in memory";

const ratios = [
  { format: "chat", chunking: "event", of: RUN, to: HAND, most: 0.9 },
  { format: "chat", chunking: "16384", of: RUN, to: HAND, most: 0.7 },
  { format: "chat", chunking: "16384", of: FRAME, to: HAND, most: 0.35 },
  { format: "anthropic", chunking: "event", of: RUN, to: HAND, most: 0.9 },
  { format: "anthropic", chunking: "16384", of: RUN, to: HAND, most: 0.85 },
  { format: "chat", chunking: "event", of: "ai streamText", to: STREAMED, least: 15 },
  { format: "chat", chunking: "16384", of: "ai streamText", to: STREAMED, least: 15 },
  { format: "chat", chunking: "event", of: "openai", to: STREAMED, least: 1.4 },
  { format: "chat", chunking: "16384", of: "openai", to: STREAMED, least: 2 },
  { format: "chat", chunking: "event", of: KEPT, to: IN_MEMORY, most: 1.1 },
];

// Time grows in proportion to the answer: an event of a long one costs what an event of a short one costs.
const growth = ["chat", "anthropic"].flatMap((format) =>
  ["event", "16384"].flatMap((chunking) =>
    [RUN, FRAME, STREAMED].map((name) => ({ format, chunking, of: name, to: name, growth: true, most: 1.25 })),
  ),
);

export const budgets = [...ratios, ...growth];
