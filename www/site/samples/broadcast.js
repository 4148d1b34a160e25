const tabs = new BroadcastChannel("answer");
const room = new WebSocket("wss://example.com/room");
await new Promise((resolve) => (room.onopen = resolve));
const callback = (chunk) => {
  tabs.postMessage(chunk);
  room.send(chunk);
};
await agent.run("Explain machine learning", { callback });
callback("[COMPLETE]");
// elsewhere: new BroadcastChannel("answer").onmessage = ({ data }) => output.append(data);
