// This library, as the package that `make package` leaves in pkg/: a callback for each delta, a callback for each frame, and the stream; and
// the value that grows. Bundled once more for an earlier package: build.mjs defines PACKAGE, its address, and PREFIX, what its names begin with.
import { BRANCHES } from "../branches.mjs";

const MODELS = { chat: "gpt-4o-mini", anthropic: "anthropic://claude-sonnet-4-5" };

const { default: init, Context, Flow, JsonStream, RefinireAgent } = await import(PACKAGE);
await init();

/** What a run is added to that is to be kept: a talk of so many messages. */
const MESSAGES = 1_000;

const agentOf = (format, fetch, name = "bench") =>
  new RefinireAgent({ name, generationInstructions: "Answer.", model: MODELS[format], baseUrl: "/v1", fetch, retry: false, fallback: false });

/** Makes an agent for one answer, and frees it after. */
const withAgent = (format, use) => async (given) => {
  const agent = agentOf(format, given.fetch);
  try {
    await use(agent, given.onText, given.prepared);
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

/** A long talk, made anew for each measurement. */
async function talk(storage) {
  localStorage.clear();
  const context = new Context({ id: "long", storage });
  for (let count = 0; count < MESSAGES; count += 2) {
    context.addUserMessage(`Question ${count}: what became of the streams between the network and the page?`);
    context.addAssistantMessage(`Answer ${count}. ${"They were read as they came, and nothing of them was lost. ".repeat(4)}`);
  }
  await context.save();
  await isWritten();
  return context;
}

/** Waits until the browser has taken in what was stored: until then it answers late, which nobody who goes on with a talk meets. */
async function isWritten() {
  for (let prompt = 0; prompt < 5; ) {
    const asked = performance.now();
    await navigator.locks.request("bench", () => {});
    prompt = performance.now() - asked < 2 ? prompt + 1 : 0;
  }
}

const places = { "refinire run, kept": "local", "refinire run, in memory": "memory", "refinire run, without a context": undefined };

const kept = Object.entries(places).map(([name, storage]) => ({
  name,
  format: "kept",
  gives: "deltas",
  prepare: () => storage && talk(storage),
  answer: withAgent("chat", (agent, callback, context) => agent.run("x", { callback, context })),
  clear: (context) => context?.free(),
}));

/** Makes several agents for an answer each, and frees them after. */
const withAgents = (use) => async ({ fetch, onText }) => {
  const agents = Array.from({ length: BRANCHES }, (_, number) => agentOf("chat", fetch, `bench${number}`));
  try {
    await use(agents, onText);
  } finally {
    for (const agent of agents) agent.free();
  }
};

async function inFlow(agents, callback) {
  const context = new Context({ storage: "memory" });
  const flow = new Flow({ all: { parallel: agents } }, { context });
  try {
    await flow.run("x", { callback });
  } finally {
    flow.free();
    context.free();
  }
}

const parallel = Object.entries({
  "refinire flow": inFlow,
  "refinire runs": (agents, callback) => Promise.all(agents.map((agent) => agent.run("x", { callback }))),
}).map(([name, use]) => ({ name, format: "parallel", gives: "deltas", answer: withAgents(use) }));

const fleeting = Object.keys(MODELS).flatMap((format) =>
  Object.entries(ways).map(([name, { gives, use }]) => ({
    name,
    format,
    gives,
    grows: true,
    answer: withAgent(format, use),
  })),
);

const own = [...fleeting, ...kept, ...parallel, { name: "JsonStream", format: "json", grows: true, answer: grow }];

export const peers = own.map((peer) => ({ ...peer, name: PREFIX + peer.name, grows: peer.grows && !PREFIX }));
