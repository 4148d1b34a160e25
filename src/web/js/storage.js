// Where conversations are kept, as the core uses it: nothing that it calls throws or waits.
import { describe, RefinireError } from "./error.js";
import { oneOf } from "./options.js";
import { fill, flush, isOurs, read } from "./storage/adapter.js";
import { join } from "./tabs.js";

const NAMES = ["local", "session", "memory"];

/** `storage` of a context's options, checked: a name or an adapter. */
export function storageOf(storage = "local", of) {
  if (typeof storage?.getItem === "function" && typeof storage.setItem === "function" && typeof storage.removeItem === "function") return storage;
  return oneOf(storage, NAMES, `${of}: \`storage\``);
}

/**
 * Opens it for the conversation `id`, or for all of them without one: `{ kept, ready, saved, leave, denied }`, all of which
 * may be missing. `kept` is what the core uses; `ready` resolves when it has been read; `saved()` when all of it is
 * written; `denied` says why there is none. `heard(key, value)` is told of what others keep, `null` for a key or a value
 * that is gone; `failed(error)` of what could not be written.
 */
export function openStorage(storage, id, heard, failed) {
  if (storage === "memory") return {};
  if (typeof storage !== "string") return openAdapter(storage, id, heard, failed);
  let page;
  try {
    page = globalThis.window?.[`${storage}Storage`];
  } catch (cause) {
    return { denied: failure("storage is denied, the conversation is kept in memory", cause) };
  }
  if (!page) return { denied: new RefinireError("there is no storage here: the conversation is kept in memory", { code: "storage" }) };
  const { publish, leave, isTold } = heard ? join(storage, heard) : {};
  return { kept: attempting(page, () => Object.keys(page), publish, true), leave, isTold };
}

/** What went wrong is given back instead of what was wanted. */
function attempting(storage, keys, publish, isSmall = false) {
  const attempt = (work, what) => {
    try {
      return work() ?? undefined;
    } catch (cause) {
      attempted.isFull = /quota/i.test(cause?.name);
      return failure(`the ${what}`, cause);
    }
  };
  const attempted = {
    isFull: false,
    isSmall,
    get: (key) => attempt(() => storage.getItem(key), "conversation could not be read"),
    set: (key, value) =>
      attempt(() => {
        storage.setItem(key, value);
        publish?.(key, value);
      }, "conversation could not be kept"),
    remove: (key) =>
      attempt(() => {
        storage.removeItem(key);
        publish?.(key, null);
      }, "conversation could not be deleted"),
    keys: () => attempt(() => JSON.stringify(keys().sort()), "conversations could not be listed"),
  };
  return attempted;
}

const failure = (what, cause) => new RefinireError(`${what}: ${describe(cause)}`, { code: "storage", cause });

/** What an adapter holds is in a mirror, which is written behind what the core does. */
function openAdapter(adapter, id, heard, failed) {
  const held = { adapter, id, mirror: new Map(), writes: new Map(), listed: new Set(), writing: undefined };
  const { mirror, writes } = held;
  let refused;
  const mirrored = (key, value) => {
    if (value === null) mirror.delete(key);
    else mirror.set(key, value);
  };
  const write = () => {
    refused = undefined;
    const refuse = (cause) => {
      refused = failure("the conversation could not be kept", cause);
      failed?.(refused);
    };
    return (held.writing ??= flush(held, refuse));
  };
  const put = (key, value) => {
    mirrored(key, value);
    // Behind what was written before it.
    writes.delete(key);
    writes.set(key, value);
    if (!held.writing) write();
  };
  const ready = fill(held).catch((cause) => failed?.(failure("the conversation could not be read", cause)));
  const { publish, leave: leavePage } = heard
    ? join(adapter, (key, value) => {
        mirrored(key, value);
        heard(key, value);
      })
    : {};
  const reread = async (key) => {
    if (!isOurs(held, key)) return;
    await read(held, key);
    heard(key, mirror.get(key) ?? null);
  };
  const unsubscribe = heard && adapter.subscribe?.((key) => void reread(key).catch(() => {}));
  const storage = { getItem: (key) => mirror.get(key), setItem: put, removeItem: (key) => put(key, null) };
  const saved = async () => {
    await held.writing;
    // What was refused before may be taken now.
    if (writes.size > 0 || refused) await write();
    if (refused) throw refused;
  };
  const leave = () => {
    leavePage?.();
    unsubscribe?.();
  };
  return { kept: attempting(storage, () => [...mirror.keys()], publish), ready, saved, leave };
}
