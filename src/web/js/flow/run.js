// A run of a flow, from its input to its result.
import { invalid } from "../options.js";
import { Outlet } from "./outlet.js";
import { Totals } from "./totals.js";
import { Walker } from "./walker.js";

/**
 * Runs it to its end, and sees to it that its delivery hears of that. `flow` is what it is made of: `Core`, the class of its
 * core; `name`, `plan`, `context`; `past`, which it fills; `awaiting()`, what it asks the user; `inside(context)`,
 * what a run needs of a context; `launch(agent, input, options)`. `asked` is `{ input, options, resumes, turn, isStale }`: its
 * turn among the runs of its context, to which others may have added before.
 */
export async function runFlow(flow, delivery, { input, options, resumes, turn, isStale }) {
  const { context, inside, past } = flow;
  const stop = new AbortController();
  delivery.onStop = () => stop.abort(delivery.stopped.reason);
  const outlet = new Outlet(delivery);
  const totals = new Totals();
  let own;
  let isAnswer = false;
  let outcome;
  try {
    if (options.context && options.context !== context) throw invalid("a flow has its context from its constructor");
    await Promise.race([context.ready, stopped(stop.signal)]);
    stop.signal.throwIfAborted();
    own = inside(context);
    if (isStale && own.isKept) own.refresh();
    own.steered(false);
    const from = resumes ? resumed(flow, input) : begun(flow, input);
    if (!resumes) past.history.length = past.path.length = 0;
    past.isOpen = false;
    isAnswer = resumes;
    const { onEvent, ...batch } = options;
    const world = { ...flow, batch, turn, tell: onEvent ? (event) => delivery.tell(event) : undefined, totals, named: new WeakSet() };
    const scope = { context, signal: stop.signal, write: (chunk) => outlet.write(chunk), history: past.history, path: past.path, outer: [] };
    outcome = { asked: await new Walker(world, flow.plan, scope).walk(from) };
  } catch (error) {
    outcome = { error };
  }
  await Promise.race([outlet.flushed(), stopped(stop.signal)]);
  const isDone = !outcome.error && !delivery.stopped;
  if (isDone && !outcome.asked) own.steered(true);
  if (isAnswer) past.isOpen = !isDone;
  own?.changed();
  conclude(delivery, outcome, { context, outlet, totals });
}

/** Where it begins: the input is a turn of the conversation. */
function begun({ context }, input) {
  const last = context.messages.at(-1);
  if (last?.role !== "user" || last.content !== input) context.addUserMessage(input);
  return { input };
}

/** Where it goes on: what the user has answered is a turn, and the content for what follows. */
function resumed(flow, answer) {
  const awaiting = flow.awaiting();
  if (!awaiting) throw invalid(`resume: the conversation does not end with a question of the flow "${flow.name}"`);
  if (!waits(flow.plan, awaiting.path)) throw invalid(`resume: there is no step "${awaiting.path.join(" → ")}" that waits`);
  begun(flow, answer);
  return { input: awaiting.input, behind: awaiting.path, answer };
}

/** Whether the step of that path asks the user: the flow may have been another one when it did. */
function waits({ nodes }, [name, ...rest]) {
  const node = nodes.find((node) => node.name === name);
  return rest.length > 0 ? node?.kind === "flow" && waits(node.step.plan, rest) : node?.kind === "input";
}

function conclude(delivery, { error, asked }, { context, outlet, totals }) {
  const { stopped } = delivery;
  const delivered = delivery.conclude();
  delivery.bytes = totals.bytes;
  const whole = outlet.text.join("");
  const text = stopped || error ? whole.slice(0, delivered) : whole;
  if (stopped?.threw) return delivery.fail(stopped.reason, text);
  if (error && !stopped) return delivery.fail(error, text);
  const result = { ...totals.result(text), text };
  if (stopped) Object.assign(result, { finishReason: "aborted" });
  else if (asked) Object.assign(result, { finishReason: "user-input" });
  return delivery.end(delivery.finish(JSON.parse(JSON.stringify(result)), { content: stopped ? result.text : asked ? asked.prompt : context.content }));
}

/** Resolves when it is, or was. */
const stopped = (signal) => new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", resolve, { once: true })));
