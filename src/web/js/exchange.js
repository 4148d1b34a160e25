// One request and its response, on fetch.

const READY = 1;
const GATHERED = 2;
const STOP = 4;

/** Sends a request. `headers` is a flat list of names and values. */
export function send(fetch, url, headers, body, credentials, signal) {
  const init = { method: "POST", headers: {}, body, signal };
  for (let i = 0; i < headers.length; i += 2) init.headers[headers[i]] = headers[i + 1];
  if (credentials !== undefined) init.credentials = credentials;
  return (fetch ?? globalThis.fetch)(url, init);
}

/** Whether what fetch gave is a response whose body can be read. */
export function isResponse(value) {
  return typeof value?.status === "number" && typeof value.headers?.get === "function";
}

/** The reader of a response's body; none where it has no body. Throws where something else reads it already. */
export const readerOf = (response) => response.body?.getReader();

/** Closes the connection, whatever state it is in. */
export function close(controller, reader) {
  controller?.abort();
  reader?.cancel().catch(() => {});
}

// The view of the module's input buffer; a new one whenever the memory has moved.
let input = new Uint8Array(0);

function inputView(memory, run) {
  if (input.buffer !== memory.buffer) {
    // Asked for first: making the buffer may move the memory.
    const [at, size] = [run.inputAt(), run.inputSize()];
    input = new Uint8Array(memory.buffer, at, size);
  }
  return input;
}

/**
 * Reads a body to its end, or until the run wants no more. Each read is copied into the module once and decoded there;
 * what it completes is handed on before the next one is asked for.
 */
export async function pump(reader, memory, run, delivery) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done || delivery.isOver) return;
    if (!(value instanceof Uint8Array)) throw new TypeError("the response's body yields something else than bytes");
    let at = 0;
    do {
      const view = inputView(memory, run);
      const part = at === 0 && value.length <= view.length ? value : value.subarray(at, at + view.length);
      view.set(part);
      at += part.length;
      const status = run.push(part.length, performance.now());
      if (status & READY) {
        const ready = delivery.take();
        if (ready) {
          run.pause(performance.now());
          await ready;
          if (delivery.isOver) return;
          run.resume(performance.now());
        }
      } else if (status & GATHERED) {
        delivery.schedule();
      }
      if (status & STOP || delivery.isOver) return;
    } while (at < value.length);
  }
}
