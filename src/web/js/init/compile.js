// Compiles the WebAssembly module from any kind of source.
import { describe } from "../error.js";

/** The kind of an object, even if its class comes from another window, jsdom or Node's vm. */
export const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

// "\0asm", with which every module begins.
const MAGIC = [0, 0x61, 0x73, 0x6d];

/** The compiled module that `source` is or leads to: an address, a Request, a Response, bytes or a module; promises are awaited. Throws what says why not. */
export async function compiled(source) {
  const given = await source;
  if (typeof given === "string") return fetched(given);
  const tag = tagOf(given);
  if (tag === "URL") return fetched(given.href);
  if (tag === "Request") return fetched(given.url, given);
  if (tag === "Response") return answered(given, given.url);
  if (tag === "WebAssembly.Module") return given;
  if (tag === "ArrayBuffer" || tag === "SharedArrayBuffer") return ofBytes(new Uint8Array(given), "the bytes of `module_or_path`");
  if (ArrayBuffer.isView(given)) return ofBytes(new Uint8Array(given.buffer, given.byteOffset, given.byteLength), "the bytes of `module_or_path`");
  throw new Error("`module_or_path` must be an address, a Request, a Response, bytes or a WebAssembly.Module");
}

/** Whether an error is about the page's policy. */
export const isForbidden = ({ message }) => /\bCSP\b|unsafe-eval|Content Security Policy/i.test(message);

/** Thrown if there is no module at an address: another address may have it. */
export class Missing extends Error {}

async function fetched(address, request = address) {
  const files = address.startsWith("file:") && builtin("node:fs");
  if (files) return ofFile(files, address);
  // A server bundle contains the address for browsers.
  if (!globalThis.location && !/^[a-z][a-z\d+.-]*:/i.test(address)) throw new Missing(`${shown(address)} is an address in a page, and here is none`);
  let response;
  try {
    response = await fetch(request);
  } catch (cause) {
    throw new Missing(`GET ${shown(address)} failed (${describe(cause)})`, { cause });
  }
  return answered(response, address);
}

async function ofFile(files, address) {
  // As text: fs accepts only Node's own URL, and jsdom has another class.
  const path = builtin("node:url").fileURLToPath(address);
  let bytes;
  try {
    bytes = await files.promises.readFile(path);
  } catch (cause) {
    throw new Missing(`${path} cannot be read (${cause.code})`, { cause });
  }
  return ofBytes(bytes, path);
}

async function answered(response, address) {
  const type = response.headers.get("content-type")?.split(";")[0].trim() ?? "";
  const got = `GET ${shown(address)} answered ${response.status}${type && ` (${type})`}`;
  if (!response.ok) throw new Missing(got);
  // Only the page's own responses can be compiled as they arrive.
  if (type.toLowerCase() === "application/wasm" && globalThis.Response && response instanceof Response && WebAssembly.compileStreaming) {
    return WebAssembly.compileStreaming(response).catch((cause) => {
      throw isForbidden(cause) ? cause : new Missing(`${got}: ${describe(cause)}`, { cause });
    });
  }
  const buffer = await response.arrayBuffer().catch((cause) => {
    throw new Missing(`${got}, whose body cannot be read (${describe(cause)})`, { cause });
  });
  return ofBytes(new Uint8Array(buffer), got);
}

function ofBytes(bytes, what) {
  if (MAGIC.some((byte, place) => bytes[place] !== byte)) throw new Missing(`${what}: this is not a WebAssembly module${beginning(bytes)}`);
  return WebAssembly.compile(bytes);
}

function beginning(bytes) {
  if (bytes.length === 0) return ", but empty";
  const text = String.fromCharCode(...bytes.subarray(0, 40));
  return /^[\s\x20-\x7e]+$/.test(text) ? `, it begins with ${JSON.stringify(text)}` : "";
}

/** Called like this because a bundler would resolve an import of it; available since Node 20.16. */
const builtin = (name) => globalThis.process?.getBuiltinModule?.(name);

/** An address for messages, without what may be secret. */
function shown(address) {
  if (/^(data|blob):/.test(address)) return `a ${address.slice(0, 5)} address`;
  try {
    const { origin, protocol, host, pathname } = new URL(address, globalThis.location?.href);
    return `${origin === "null" ? `${protocol}//${host}` : origin}${pathname}`;
  } catch {
    return address.replace(/[?#].*$/s, "");
  }
}
