// Tells the conversations of this page, and of other tabs, what one of them has kept.
import { now } from "./clock.js";

const NAME = "refinire-web";
// Not the keys of records: a tab asks the others whether it has heard all that they told. Older versions ignore them.
const ASK = "refinire-web?";
const ANSWER = "refinire-web!";

// How long an answer is waited for. A tab that runs answers at once; one that is closed, frozen or of an older version never does.
const PATIENCE_MS = 300;

// How long changes are repeated to a tab that asks: a tab that was opened meanwhile may not have heard them, nor find them in
// its storage yet.
const LATELY_MS = 5_000;
const MOST_LATELY = 100;

// By storage: who wants to hear, held so that a context which nobody frees can be collected.
const rooms = new Map();
let channel;
// Whether other tabs listen: who begins to says so, by a message without changes, and is answered. As long as nobody has,
// nobody is told how an answer grows; whole turns always, as who is let in next may have been overtaken by its greeting.
let hasOthers;
// What they are to be told: all that one change writes is one message.
let changes = [];
// This tab among the others, those that have answered before, and what this one asks at the moment: by number, who is told
// of an answer.
const me = Math.random().toString(36).slice(2);
const peers = new Set();
const asked = new Map();
let asks = 0;
// What this tab has told lately, by key: the last of each, the oldest first.
const lately = new Map();

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
      const isPiece = key.startsWith("refinire-web+");
      if (storage === "local" && !isPiece) remember(key, value);
      if (storage === "local" && (hasOthers || !isPiece) && changes.push([key, value]) === 1) queueMicrotask(flush);
    },
    // Whether other pages report what they save by messages, which arrive in order.
    isTold: storage === "local" && typeof BroadcastChannel === "function",
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

function remember(key, value) {
  lately.delete(key);
  lately.set(key, { value, at: now() });
  for (const [old, { at }] of lately) {
    if (lately.size <= MOST_LATELY && now() - at < LATELY_MS) break;
    lately.delete(old);
  }
}

function flush() {
  if (changes.length > 0) post();
}

/**
 * Resolves when this tab has heard whatever the others had told before the call. `isOther`: there is another tab that has
 * just told something.
 *
 * Messages of one sender keep their order, so the answer of a tab comes behind all that it told before. A tab that has been
 * closed since does not answer; but a message to all comes back to this page's own channel, as it is posted by a second
 * one, behind the messages that were on their way before it.
 */
export function caughtUp(isOther) {
  if (!channel || typeof BroadcastChannel !== "function") return Promise.resolve();
  return new Promise((resolve) => {
    asks += 1;
    const number = `${me} ${asks}`;
    const missing = new Set(peers).add(me);
    let isAnswered = !isOther;
    const second = new BroadcastChannel(NAME);
    const end = () => {
      clearTimeout(timer);
      second.close();
      asked.delete(number);
      for (const silent of missing) peers.delete(silent);
      resolve();
    };
    const timer = setTimeout(end, PATIENCE_MS);
    asked.set(number, { end, heard(who) {
      missing.delete(who);
      if (who !== me) {
        peers.add(who);
        isAnswered = true;
      }
      if (isAnswered && missing.size === 0) end();
    } });
    second.postMessage([[ASK, number, me]]);
  });
}

/** Another tab has kept that, or forgotten it. */
function hear(key, value) {
  // What it has changed is not told again as it was.
  if (key === null) lately.clear();
  else lately.delete(key);
  tell("local", key, value);
}

function take([key, value, who]) {
  if (key === ANSWER) asked.get(value)?.heard(who);
  else if (key !== ASK) hear(key, value);
  else {
    // The answer comes after all changes.
    changes = [...Array.from(lately, ([key, { value }]) => [key, value]), ...changes, [ANSWER, value, me]];
    post();
  }
}

/** Both, because a message may overtake what another process has written, or the other way round. */
function listen() {
  if (channel) return;
  channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(NAME) : { close() {}, postMessage() {} };
  channel.onmessage = ({ data }) => {
    const [[key, value, who] = []] = data;
    // What this tab asks comes back to it.
    if (key === ASK && who === me) return asked.get(value)?.heard(me);
    if (!hasOthers) post();
    hasOthers = true;
    data.forEach(take);
  };
  post();
  const stored = (event) => {
    if (event.storageArea === globalThis.localStorage) hear(event.key, event.newValue);
  };
  // A page that comes back heard of nothing meanwhile.
  const shown = ({ persisted }) => persisted && tell("local", null);
  addEventListener("storage", stored);
  addEventListener("pageshow", shown);
  listen.stop = () => {
    removeEventListener("storage", stored);
    removeEventListener("pageshow", shown);
    for (const { end } of asked.values()) end();
    lately.clear();
    channel.close();
    channel = hasOthers = undefined;
  };
}
