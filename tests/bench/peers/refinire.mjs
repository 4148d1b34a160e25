// This library, as the package that `make package` leaves in pkg/: a callback for each delta, a callback for each frame, and the stream.
const PACKAGE = "/pkg/refinire_web.js";
const MODELS = { chat: "gpt-4o-mini", anthropic: "anthropic://claude-sonnet-4-5" };

const { default: init, RefinireAgent } = await import(PACKAGE);
await init();

/** Makes an agent for one answer, and frees it after. */
const withAgent = (format, use) => async (given) => {
  const agent = new RefinireAgent({
    name: "bench",
    generationInstructions: "Answer.",
    model: MODELS[format],
    baseUrl: "/v1",
    fetch: given.fetch,
    retry: false,
    fallback: false,
  });
  try {
    await use(agent, given.onText);
  } finally {
    agent.free();
  }
};

const ways = {
  "refinire run": { gives: "deltas", use: (agent, callback) => agent.run("x", { callback }) },
  "refinire run, frame": { gives: "text", use: (agent, callback) => agent.run("x", { callback, batch: "frame" }) },
  "refinire runStreamed": {
    gives: "deltas",
    use: async (agent, onText) => {
      for await (const chunk of agent.runStreamed("x")) onText(chunk);
    },
  },
};

export const peers = Object.keys(MODELS).flatMap((format) =>
  Object.entries(ways).map(([name, { gives, use }]) => ({
    name,
    format,
    gives,
    grows: true,
    answer: withAgent(format, use),
  })),
);
