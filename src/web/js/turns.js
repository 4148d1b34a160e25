// Lets one run at a time into a conversation, in the order they came.

// By context: resolves when the last of its runs has left.
const queues = new WeakMap();

/** Takes the next place among the runs of `context`: `come` resolves when it is its turn, `leave` lets the next one in. */
export function takeTurn(context) {
  const come = queues.get(context) ?? Promise.resolve();
  let leave;
  const left = new Promise((resolve) => {
    leave = resolve;
  });
  // Whoever leaves before it was its turn does not let the next one in early.
  queues.set(context, come.then(() => left));
  return { come, leave };
}
