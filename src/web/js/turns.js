// Lets one run at a time into a conversation, in the order they came: those of this page by a queue of its own, those of
// other tabs by a Web Lock. Where there are no Web Locks, runs of two tabs may overlap: no turn is lost, but their order is
// that of their beginnings.

import { caughtUp } from "./tabs.js";

/** How it came to a run's turn: not at all; at once; or when others may have been in before. */
export const BUSY = 0;
export const FREE = 1;
const WAITED = 2;

// By context: the last of its runs, whether it has left, and a promise of its place being free.
const runs = new WeakMap();
// By context: the run whose turn it is.
const holders = new WeakMap();
// By lock: how many runs of this page hold it or wait for it.
const here = new Map();

/**
 * Takes the next place among the runs of `context`, and of all pages that have the `lock` of that name, if there is one:
 * `come` resolves when it is its turn, or to BUSY where it would have to wait and `isToWait` is not set; `leave` lets the
 * next one in. While the run whose turn it is has `guests`, functions of the caller's that are running, what these run is
 * within it, not behind it: unless it is `apart`, its turn is one among the guests'.
 */
export function takeTurn(context, lock, isToWait, apart) {
  const holder = apart ? undefined : holders.get(context);
  if (holder?.guests > 0) return takeTurn(holder, undefined, isToWait);
  const before = runs.get(context);
  const own = { context, lock, guests: 0, hasLeft: false };
  const left = new Promise((resolve) => {
    own.leave = () => {
      own.hasLeft = true;
      resolve();
    };
  });
  const entered = before && !before.hasLeft && !isToWait ? Promise.resolve({ come: BUSY }) : Promise.resolve(before?.free).then(() => enter(lock, left, isToWait));
  own.come = entered.then(({ come }) => {
    if (come !== BUSY) holders.set(context, own);
    return come;
  });
  // Whoever leaves before it was its turn does not let the next one in early.
  own.free = Promise.all([before?.free, left, entered.then(({ released }) => released)]);
  runs.set(context, own);
  own.free.then(() => {
    if (runs.get(context) === own) runs.delete(context);
  });
  return own;
}

/** `come`, and `released`: the lock is held by nobody from here any more. */
function enter(lock, left, isToWait) {
  const locks = globalThis.navigator?.locks;
  if (!lock) return { come: FREE };
  if (!locks) return { come: caughtUp().then(() => WAITED) };
  const isOther = !here.has(lock);
  here.set(lock, (here.get(lock) ?? 0) + 1);
  const waiting = new AbortController();
  left.then(() => waiting.abort());
  let released;
  const come = new Promise((come) => {
    const request = (options, how, otherwise) => {
      const hold = (held) => {
        if (!held) return otherwise();
        // First the changes of the run that held the lock before.
        if (how === WAITED) caughtUp(isOther).then(() => come(how));
        else come(how);
        return left;
      };
      // Not to be had in a page without an origin: then there is nobody to share with.
      return locks.request(lock, options, hold).catch(() => come(FREE));
    };
    released = request({ ifAvailable: true }, FREE, () => {
      if (!isToWait) return come(BUSY);
      // While it waits it learns which other tabs there are.
      caughtUp();
      return request({ signal: waiting.signal }, WAITED);
    });
  });
  released.then(() => {
    const count = here.get(lock) - 1;
    if (count > 0) here.set(lock, count);
    else here.delete(lock);
  });
  return { come, released };
}
