// A turn over a WebSocket in the shape of a response. What happens to the socket is its body, as JSON, one value a line:
// see src/provider/websocket.rs.
//
// When a turn is complete its socket is kept for the agent's next one: `traits.kept`, which agent.free() hangs up. A socket
// that the turn was not complete on is closed, for there is no other way to tell the other side to stop.
import { addressOf } from "../connection.js";
import { invalid } from "../options.js";

// How long it is kept, in milliseconds.
const KEPT_MS = 60_000;

const encoder = new TextEncoder();

/** Asks over a socket; resolves to the response when it is open. `signal` is aborted when the turn is over, however it ends. */
export async function dial([url, , question], traits, run, signal) {
  signal.throwIfAborted();
  const socket = traits.kept?.take?.() ?? (await opened(url, signal));
  let lines = "";
  let wake;
  const add = (value) => {
    lines += `${JSON.stringify(value)}\n`;
    wake?.();
  };
  socket.onmessage = ({ data }) => add(typeof data === "string" ? data : null);
  socket.onclose = ({ code, reason }) => add([code, reason]);
  signal.onabort = () => {
    const isComplete = run.draft()?.finishReason === "stop" && lines === "";
    if (isComplete && !traits.kept) keep(socket, traits);
    else hangUp(socket);
  };
  socket.send(question);
  const reader = {
    async read() {
      if (lines === "") await new Promise((resolve) => (wake = resolve));
      const value = encoder.encode(lines);
      lines = "";
      return { done: false, value };
    },
    // The signal has seen to it.
    async cancel() {},
  };
  return { status: 200, headers: new Headers(), body: { getReader: () => reader } };
}

/** Messages name the host alone: the rest of the address may hold a ticket. */
const opened = (url, signal) => new Promise((resolve, reject) => {
  const address = addressOf(url);
  address.protocol = address.protocol.replace("http", "ws");
  address.hash = "";
  let socket;
  try {
    socket = new WebSocket(address.href);
  } catch (cause) {
    // A page that came over HTTPS may not.
    reject(invalid(`a WebSocket to ${address.host} is refused by the page itself (${cause?.name})`));
    return;
  }
  socket.onopen = () => resolve(socket);
  socket.onclose = ({ code }) => reject(new Error(`the WebSocket to ${address.host} could not be opened, code ${code}`));
  signal.onabort = () => hangUp(socket);
});

/** Keeps it: one for an agent, for a time, and not while the page is put away. */
function keep(socket, traits) {
  const leave = () => {
    clearTimeout(timer);
    globalThis.removeEventListener?.("pagehide", end);
    traits.kept = undefined;
  };
  const end = () => {
    leave();
    hangUp(socket);
  };
  const take = () => {
    const isOpen = socket.readyState === WebSocket.OPEN;
    (isOpen ? leave : end)();
    return isOpen ? socket : undefined;
  };
  const timer = setTimeout(end, KEPT_MS);
  globalThis.addEventListener?.("pagehide", end);
  // What it says now belongs to no turn.
  socket.onmessage = end;
  socket.onclose = end;
  traits.kept = { take, hangUp: end };
}

function hangUp(socket) {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  socket.close();
}
