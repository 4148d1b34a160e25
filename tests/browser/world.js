// What js/agent.js and js/decode.js make around a run, without their parts that need the package's glue; and the things
// of JavaScript that the tests need.
import { Delivery } from "../../src/web/js/delivery.js";
import { drive } from "../../src/web/js/driver.js";
import { Exchange } from "../../src/web/js/exchange.js";
import { runOptions } from "../../src/web/js/options.js";
import { chunkStream } from "../../src/web/js/stream.js";

export { RefinireError, describe } from "../../src/web/js/error.js";
export { now, timestamp, until } from "../../src/web/js/clock.js";

export const iterate = (stream, options) => stream.values(options);

/** How many increments make a chunk, as Agent.run and decode() are told. */
export const deltasOf = (options) => runOptions(options).deltas;

/** A world that notes what it is asked. Its requests get `answers`, one each: a Response, or what fetch throws. */
export function makeWorld(run, memory, options, answers) {
  const world = {
    run,
    requests: [],
    signals: [],
    changes: 0,
    results: [],
    link: { redact: (message) => message.replaceAll("hunter2", "[key]") },
    admit: async () => {},
    changed() {
      world.changes += 1;
      world.onChanged?.();
    },
    concluded: (result) => world.results.push(result),
    left() {},
    exchange(rearm) {
      const controller = new AbortController();
      const [url, keyHeader, body, ...headers] = run.call().split("\0");
      world.requests.push({ url, headers, keyHeader, body: JSON.parse(body) });
      world.signals.push(controller.signal);
      const answer = async () => sent(answers[world.requests.length - 1]);
      return new Exchange(answer, controller, run, world.delivery, memory, rearm);
    },
    start: () => world.delivery.start(),
    stream: () => chunkStream(world.delivery),
  };
  world.delivery = new Delivery(run, memory, runOptions(options), () => drive(run, world, "Hello?"));
  return world;
}

function sent(answer) {
  if (answer instanceof Response) return answer;
  throw answer;
}

/** A response whose body gives `parts`, one a read, then ends: "end", "hang", or with an exception of its own. */
export function respond(parts, last, init) {
  const rest = [...parts];
  const body = new ReadableStream(
    {
      pull(controller) {
        if (rest.length > 0) controller.enqueue(rest.shift());
        else if (last === "end") controller.close();
        else if (last !== "hang") controller.error(last);
      },
      cancel() {
        response.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const response = new Response(body, init);
  response.left = () => rest.length;
  return response;
}

/** A function that notes what it is called with, then calls `then`. */
export function recorder(then) {
  const calls = [];
  const record = (value) => {
    calls.push(value);
    return then?.(value);
  };
  return Object.assign(record, { calls });
}

export async function collect(stream, chunks) {
  for await (const chunk of stream) chunks.push(chunk);
}

/** Counts the timers that have been started and have neither run nor been cancelled. */
export function watchTimers() {
  const { setTimeout: start, clearTimeout: cancel } = globalThis;
  const pending = new Set();
  globalThis.setTimeout = (due, ms) => {
    const run = () => pending.delete(id) && due();
    const id = start(run, ms);
    pending.add(id);
    return id;
  };
  globalThis.clearTimeout = (id) => {
    pending.delete(id);
    cancel(id);
  };
  return { count: () => pending.size, stop: () => Object.assign(globalThis, { setTimeout: start, clearTimeout: cancel }) };
}

/** Makes `name` of the page something else, or an exception; gives what makes it as it was. */
export function replaceInPage(name, descriptor) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { configurable: true, ...descriptor });
  return () => Object.defineProperty(globalThis, name, before);
}

export const same = (one, other) => Object.is(one, other);

export const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function consoleErrorsOf(work) {
  const { error } = console;
  const told = [];
  console.error = (message) => told.push(message);
  try {
    work();
  } catch {
    // The trap that ends a panic.
  } finally {
    console.error = error;
  }
  return told;
}
