// Tells the conversations of this page, and of other tabs, what one of them has kept.

// By storage: who wants to hear, held so that a context which nobody frees can be collected.
const rooms = new Map();
let channel;

/** Joins those who share a storage: `heard(key, value)` is told what others keep; `publish` tells them; `leave` ends both. */
export function join(storage, heard) {
  const member = { heard };
  const seat = new WeakRef(member);
  if (!rooms.has(storage)) rooms.set(storage, new Set());
  const room = rooms.get(storage);
  room.add(seat);
  if (storage === "local") listen();
  return {
    publish(key, value) {
      // Later: whoever writes is in the middle of it.
      if (room.size > 1) queueMicrotask(() => tell(storage, key, value, member));
      if (storage === "local") channel?.postMessage([key, value]);
    },
    leave() {
      room.delete(seat);
      if (storage === "local" && room.size === 0) listen.stop();
    },
  };
}

function tell(storage, key, value, but) {
  const room = rooms.get(storage);
  for (const seat of [...room]) {
    const member = seat.deref();
    if (!member) room.delete(seat);
    else if (member !== but) member.heard(key, value);
  }
}

/** Both, because a message may overtake what another process has written, or the other way round. */
function listen() {
  if (channel) return;
  channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("refinire-web") : { close() {}, postMessage() {} };
  channel.onmessage = ({ data: [key, value] }) => tell("local", key, value);
  const stored = (event) => {
    if (event.storageArea === globalThis.localStorage) tell("local", event.key, event.newValue);
  };
  addEventListener("storage", stored);
  listen.stop = () => {
    removeEventListener("storage", stored);
    channel.close();
    channel = undefined;
  };
}
