// Branches that run at once, each with a copy of the context.

// What the core is told: see tell() in src/web/flow.rs.
const [SHARE, OPEN, CHUNK, CLOSE] = [4, 5, 6, 7];

/** Of a turn that the conversation has already. */
export const IS_KEPT = { isKept: true };

// Numbers the branches of a page: more than one flow may run in a conversation.
const NONE = 0;
let last = NONE;

/**
 * Runs the branches of `node`, at most `maxWorkers` at once, and takes over what they have said and shared. Gives the content of
 * each by its name. `walk` is `tell(what, given)`, which asks the core, and `run(branch, scope)`; `history` takes what each
 * branch did.
 */
export async function runParallel(node, { context, book = context, number: outer, signal, write, inside }, walk, history) {
  const { branches, maxWorkers = Infinity, onFailure } = node.step;
  const group = walk.tell(OPEN, { count: branches.length });
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener("abort", onAbort);
  const base = context.toJSON();
  // As it is now: it may be changed meanwhile, by others, too.
  const shared = JSON.parse(JSON.stringify(base.sharedState ?? {}));
  const runs = branches.map((branch) => ({ branch, number: ++last, context: forkOf(context, base, inside), history: [] }));
  // What they say is in the conversation as they say it, in the order of their declaration; behind it what the branch says that
  // they are branches of.
  for (const { number } of runs) inside(book).core.reserve(number, outer ?? NONE, true);
  const failures = [];

  const runOne = async (run, number) => {
    const chunk = (text) => (walk.tell(CHUNK, { group, branch: number, text }) ? write(text) : undefined);
    try {
      stop.signal.throwIfAborted();
      await walk.run(run.branch, { context: run.context, book, number: run.number, signal: stop.signal, write: chunk, history: run.history });
      run.isDone = true;
    } catch (error) {
      failures.push(error);
      if (onFailure !== "finish") stop.abort(error);
    } finally {
      for (const text of walk.tell(CLOSE, { group, branch: number })) write(text);
    }
  };

  try {
    await pool(runs, maxWorkers, runOne);
    for (const message of runs.flatMap(({ context }) => context.messages.slice(base.messages.length))) {
      if (!message.metadata.isKept) inside(book).core.add(JSON.stringify(message), outer ?? NONE);
      // What follows in the branch that they are branches of knows of it, too.
      if (context !== book) inside(context).core.add(JSON.stringify({ ...message, metadata: { ...message.metadata, ...IS_KEPT } }), NONE);
    }
    history.push(...runs.flatMap(({ history }) => history));
    const done = runs.filter(({ isDone }) => isDone).map(({ branch, context }) => ({ name: branch.name, state: context.sharedState }));
    context.sharedState = walk.tell(SHARE, { base: shared, branches: [{ name: "", state: context.sharedState }, ...done] });
    signal.throwIfAborted();
    if (failures.length > 0) throw failures[0];
    return Object.fromEntries(runs.map(({ branch, context }) => [branch.name, context.content]));
  } finally {
    signal.removeEventListener("abort", onAbort);
    for (const { context: fork } of runs) fork.free();
    for (const { number } of runs) inside(book).core.reserve(number, NONE, false);
  }
}

/** A copy that is kept nowhere. */
function forkOf(context, base, inside) {
  const fork = context.constructor.fromJSON(base, { storage: "memory" });
  inside(fork).concluded(context.result);
  return fork;
}

/** Calls `task` with each item and its place, in order, so many at once. */
async function pool(items, most, task) {
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const place = next++;
      await task(items[place], place);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
}
