// The things of JavaScript that the tests need.
export { RefinireError, describe } from "../../src/web/js/error.js";

export const iterate = (stream, options) => stream.values(options);

/** An agent's options, of which JSON tells some. */
export const agentOptions = (json, { apiKey, fetch }) => ({
  ...{ name: "a", generationInstructions: "Be brief.", model: "gpt-4o-mini", dangerouslyAllowBrowser: true },
  ...{ apiKey, fetch },
  ...JSON.parse(json),
});

/** What an agent's requests have of the caller. Each gets the next of `answers`: a Response, or what fetch throws. */
export function makeHttp() {
  const http = { apiKey: "hunter2", answers: [], asked: [], signals: [] };
  http.fetch = async (url, { headers, body, signal }) => {
    http.asked.push({ url, headers, body: JSON.parse(body) });
    http.signals.push(signal);
    const answer = http.answers[http.asked.length - 1];
    if (answer instanceof Response) return answer;
    throw answer;
  };
  return http;
}

/** A run of an agent, and the requests that it makes. */
export const makeWorld = (agent, options, http) => ({
  ...{ requests: http.asked, signals: http.signals },
  start: () => agent.run("Hello?", options),
  stream: () => agent.runStreamed("Hello?", options),
});

/** The same for a response that is read. */
export const makeDecoding = (stream) => ({ start: () => stream.result, stream: () => stream });

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

/** The next task of the page. */
export const nextTask = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(0);
});

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
