// Runs in a page in which one peer at a time is looked at from outside: pages.mjs says what for.
import { fakeFetch } from "./body.mjs";
import { answer, cut } from "./fixtures.mjs";

async function load({ module, name }) {
  const { peers } = await import(module);
  return peers.find((peer) => peer.name === name && peer.format === "chat");
}

/** Milliseconds from asking for a peer's module to the first chunk of an answer. */
export async function firstChunk(which) {
  const pieces = cut(answer("chat", 20).events, "event");
  const start = performance.now();
  const peer = await load(which);
  let first;
  await peer.answer({ fetch: fakeFetch(pieces), onText: () => (first ??= performance.now() - start) });
  return first;
}

/** Reads an answer of so many events over HTTP. Gives how many characters it has. */
export async function readOverHttp({ events, ...which }) {
  const peer = await load(which);
  let length = 0;
  await peer.answer({ fetch: (_, init) => fetch(`/events/${events}`, init), onText: (text) => (length += text.length) });
  return length;
}

/** Lets the browser do what it does between tasks: timers, and what follows from garbage. */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** How long a connection may be read on behind its answer, and more. */
const DRAINED_MS = 500;

/** Reads so many short answers, one behind the other. */
export async function readMany({ count, ...which }) {
  const peer = await load(which);
  const pieces = cut(answer("chat", 5).events, "event");
  for (let number = 0; number < count; number += 1) {
    await peer.answer({ fetch: fakeFetch(pieces), onText: () => {} });
    if (number % 10 === 0) await wait(0);
  }
  await wait(DRAINED_MS);
}

let memory;

/** From now on it is known which memory a module has. */
export function watchModules() {
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const instantiate = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...given) => {
      const made = await instantiate(...given);
      memory = (made.instance ?? made).exports.memory;
      return made;
    };
  }
}

/** How many bytes of memory the module has. */
export const wasmBytes = () => memory.buffer.byteLength;
