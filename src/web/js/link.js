// What every request of an agent has in common: the key, headers of the caller's own, the way to fetch.
import { describe } from "./error.js";
import { watched } from "./facts.js";
import { invalid } from "./options.js";

export class Link {
  #apiKey;
  #headers;
  #credentials;
  #fetch;
  // What the caller has around each request, the outermost first.
  #around;
  // The key that was sent last, so that it can be kept out of messages.
  #secret = "";

  constructor(apiKey, { headers, credentials, fetch, middleware = [] }) {
    if (apiKey !== undefined && apiKey !== null && typeof apiKey !== "string" && typeof apiKey !== "function") {
      throw invalid("RefinireAgent: `apiKey` must be a string or a function");
    }
    if (typeof apiKey === "string") checkKey(apiKey);
    this.#apiKey = apiKey;
    // Names in lower case, so that the caller's own replace ours.
    try {
      this.#headers = headers ? [...new Headers(headers)] : [];
    } catch (cause) {
      throw invalid(`RefinireAgent: \`headers\`: ${describe(cause)}`, cause);
    }
    this.#credentials = credentials;
    this.#fetch = fetch;
    this.#around = middleware.flatMap(({ request }) => request ?? []);
  }

  /** Sends a request; `headers` are names and values in turn. */
  async send([url, keyHeader, body, ...headers], signal) {
    const init = { url, method: "POST", headers: {}, body, signal };
    for (let i = 0; i < headers.length; i += 2) init.headers[headers[i]] = headers[i + 1];
    if (this.#credentials !== undefined) init.credentials = this.#credentials;
    const fetched = this.#around.reduceRight((next, around) => async (request) => around(request, next), (request) => this.#request(request, keyHeader));
    const response = await fetched(init);
    if (isResponse(response)) return response;
    throw invalid("`fetch` must give a Response");
  }

  /** Innermost, so that nobody else sees the key. */
  async #request({ url, ...init }, keyHeader) {
    const key = await this.#key();
    // A key may take its time; by then nobody may want an answer any more.
    init.signal.throwIfAborted();
    init.headers = { ...init.headers };
    if (key) init.headers[keyHeader] = keyHeader === "authorization" ? `Bearer ${key}` : key;
    for (const [name, value] of this.#headers) init.headers[name] = value;
    return watched(url, this.#fetch !== undefined, init.signal, () => (this.#fetch ?? globalThis.fetch)(url, init));
  }

  /** From now on requests go without key and headers of the caller's own. */
  forget() {
    this.#apiKey = undefined;
    this.#headers = [];
  }

  /** `message` without the key. */
  redact(message) {
    const key = this.#secret;
    if (!key) return message;
    const redacted = message.split(key).join("[key]");
    // A long message is cut, maybe within the key.
    for (let length = key.length - 1; length > 3; length--) {
      const cut = `${key.slice(0, length)}…`;
      if (redacted.includes(cut)) return redacted.replaceAll(cut, "[key]…");
    }
    return redacted;
  }

  async #key() {
    let key = this.#apiKey;
    if (typeof key === "function") {
      try {
        key = await key();
      } catch (error) {
        // Without the exception itself, which may hold the key or how it is made.
        throw invalid(`\`apiKey\` threw: ${describe(error)}`);
      }
      if (typeof key !== "string") throw invalid("`apiKey` must give a string");
      checkKey(key);
    }
    if (key) this.#secret = key;
    return key;
  }
}

// A header cannot carry it, and the browser's own error would repeat it.
function checkKey(key) {
  if (!/^[\x20-\x7e]*$/.test(key)) throw invalid("`apiKey` must be plain text without line breaks");
}

/** Whether it is a response whose body can be read. */
export const isResponse = (value) => typeof value?.status === "number" && typeof value.headers?.get === "function";
