// The body of a response, read by read.

/**
 * A stream of a list of pieces and pauses. `readBytes`: how many bytes a read brings; without it a piece each. `ended(how)` is
 * called once, with "complete", "disconnected" or "aborted".
 */
export function bodyOf(list, { readBytes, signal, ended }) {
  const gone = new AbortController();
  const progress = { isSent: list.length === 0 };
  const reads = readsOf(list, readBytes, gone.signal, progress);
  let controller;
  let isOver = false;

  function end(how) {
    isOver = true;
    signal?.removeEventListener("abort", abort);
    gone.abort();
    ended(how);
  }

  // Whoever has read the last piece may close the connection at once.
  const leave = () => end(progress.isSent ? "complete" : "aborted");

  function abort() {
    leave();
    controller.error(signal.reason);
  }

  return new ReadableStream({
    start(given) {
      controller = given;
      signal?.addEventListener("abort", abort);
    },
    async pull() {
      try {
        const { value, done } = await reads.next();
        if (isOver) return;
        if (!done) return controller.enqueue(value);
        end("complete");
        controller.close();
      } catch (error) {
        if (isOver) return;
        end("disconnected");
        controller.error(error);
      }
    },
    cancel() {
      if (!isOver) leave();
    },
  }, { highWaterMark: 0 });
}

/** The bytes of each read. `progress.isSent`: nothing comes after what was read last. */
async function* readsOf(list, readBytes, gone, progress) {
  const encoder = new TextEncoder();
  let held = [];
  for (const [index, step] of list.entries()) {
    if (step.text !== undefined) {
      const bytes = encoder.encode(step.text);
      if (readBytes) for (const byte of bytes) held.push(byte);
      while (readBytes && held.length >= readBytes) yield Uint8Array.from(held.splice(0, readBytes));
      if (!readBytes) progress.isSent = index === list.length - 1;
      if (!readBytes && bytes.length > 0) yield bytes;
      continue;
    }
    // What was said before it arrives before it.
    if (held.length > 0) yield Uint8Array.from(held.splice(0));
    if (step.type === "disconnect") throw new TypeError(step.message);
    if (step.type === "truncate") return;
    await waited(step, gone);
  }
  progress.isSent = true;
  if (held.length > 0) yield Uint8Array.from(held);
}

/** Resolves when the pause is over, or nobody waits for it any more: nothing is left of it then. */
export function waited({ until, reach }, gone) {
  reach();
  return new Promise((resolve, reject) => {
    let timer;
    const over = (settle) => (value) => {
      clearTimeout(timer);
      gone.removeEventListener("abort", leave);
      settle(value);
    };
    const leave = over(resolve);
    if (gone.aborted) return resolve();
    gone.addEventListener("abort", leave);
    if (typeof until === "number") timer = setTimeout(leave, until);
    else Promise.resolve(until).then(leave, over(reject));
  });
}
