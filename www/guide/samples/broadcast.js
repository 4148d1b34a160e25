import init, { RefinireAgent } from "refinire-web";

const NAME = "answers";
const END = "[COMPLETE]";

/** What another tab of this origin would do. */
function listen(show) {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }) => (data === END ? channel.close() : show(data));
}

export default async function broadcast({ pane, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "speaker",
    generationInstructions: "Use emoji.",
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1",
  });
  const show = pane("Here");
  listen(pane("One listener"));
  listen(pane("Another"));

  const channel = new BroadcastChannel(NAME);
  const callback = (chunk) => channel.postMessage(chunk);
  try {
    const stream = agent.runStreamed("Some emoji", { callback, signal });
    for await (const chunk of stream) show(chunk);
  } finally {
    channel.postMessage(END);
    channel.close();
  }
}
