// Tells the conversations of this page, and of other tabs, what one of them has kept.

// By storage: who wants to hear, held so that a context which nobody frees can be collected.
const rooms = new Map();
let channel;
// Whether other tabs listen: who begins to says so, by a message without changes, and is answered. As long as nobody has,
// nobody is told how an answer grows; whole turns always, as who is let in next may have been overtaken by its greeting.
let hasOthers;
// What they are to be told: all that one change writes is one message.
let changes = [];

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
      if (storage === "local" && (hasOthers || !key.startsWith("refinire-web+")) && changes.push([key, value]) === 1) queueMicrotask(post);
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

function post() {
  channel?.postMessage(changes);
  changes = [];
}

/** Both, because a message may overtake what another process has written, or the other way round. */
function listen() {
  if (channel) return;
  channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("refinire-web") : { close() {}, postMessage() {} };
  channel.onmessage = ({ data }) => {
    if (!hasOthers) post();
    hasOthers = true;
    for (const [key, value] of data) tell("local", key, value);
  };
  post();
  const stored = (event) => {
    if (event.storageArea === globalThis.localStorage) tell("local", event.key, event.newValue);
  };
  // A page that comes back heard of nothing meanwhile.
  const shown = ({ persisted }) => persisted && tell("local", null);
  addEventListener("storage", stored);
  addEventListener("pageshow", shown);
  listen.stop = () => {
    removeEventListener("storage", stored);
    removeEventListener("pageshow", shown);
    channel.close();
    channel = hasOthers = undefined;
  };
}
