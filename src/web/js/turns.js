// Lets one run at a time into a conversation, in the order they came: those of this page by a queue of its own, those of
// other tabs by a Web Lock. Where there are no Web Locks, runs of two tabs may overlap: no turn is lost, but their order is
// that of their beginnings.

// By context: resolves when the last of its runs has left.
const queues = new WeakMap();

/**
 * Takes the next place among the runs of `context`, and of all pages that have the `lock` of that name, if there is one:
 * `come` resolves when it is its turn, to false where it would have to wait and `isToWait` is not set; `leave` lets the
 * next one in.
 */
export function takeTurn(context, lock, isToWait) {
  const before = queues.get(context);
  let leave;
  const left = new Promise((resolve) => {
    leave = resolve;
  });
  const come = before && !isToWait ? Promise.resolve(false) : Promise.resolve(before).then(() => (lock ? enter(lock, left, isToWait) : true));
  // Whoever leaves before it was its turn does not let the next one in early.
  const tail = Promise.all([before, come]).then(() => left);
  queues.set(context, tail);
  tail.then(() => {
    if (queues.get(context) === tail) queues.delete(context);
  });
  return { come, leave };
}

function enter(lock, left, isToWait) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return true;
  const waiting = new AbortController();
  left.then(() => waiting.abort());
  return new Promise((come) => {
    const hold = (held) => {
      come(held !== null);
      return held && left;
    };
    // Not to be had in a page without an origin: then there is nobody to share with.
    locks.request(lock, isToWait ? { signal: waiting.signal } : { ifAvailable: true }, hold).catch(() => come(true));
  });
}
