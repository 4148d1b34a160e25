// This library, as the package that `make package` leaves in pkg/: a callback for each delta, a callback for each frame, and the stream; and
// the value that grows.
const PACKAGE = "/pkg/refinire_web.js";
const MODELS = { chat: "gpt-4o-mini", anthropic: "anthropic://claude-sonnet-4-5" };

const { default: init, JsonStream, RefinireAgent } = await import(PACKAGE);
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

function grow({ pieces, onValue }) {
  const json = new JsonStream();
  for (const piece of pieces) {
    json.push(piece);
    onValue(json.value);
  }
  return json.finish();
}

const streaming = Object.keys(MODELS).flatMap((format) =>
  Object.entries(ways).map(([name, { gives, use }]) => ({
    name,
    format,
    gives,
    grows: true,
    answer: withAgent(format, use),
  })),
);

export const peers = [...streaming, { name: "JsonStream", format: "json", grows: true, answer: grow }];
