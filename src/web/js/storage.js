// Where conversations are kept, as the core uses it: nothing that it calls throws or waits.
import { describe, RefinireError } from "./error.js";
import { oneOf } from "./options.js";
import { join } from "./tabs.js";

const NAMES = ["local", "session", "memory"];
const PREFIX = "refinire-web";
// See src/conversation/store.rs.
const PIECE = /^refinire-web[+]/;

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
  const { publish, leave } = heard ? join(storage, heard) : {};
  return { kept: attempting(page, () => Object.keys(page), publish), leave };
}

/** What went wrong is given back instead of what was wanted. */
function attempting(storage, keys, publish) {
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

/** An adapter may take its time: the core uses a mirror of what it holds, which is written behind it. */
function openAdapter(adapter, id, heard, failed) {
  const mirror = new Map();
  // Where an adapter cannot say what it holds, a list of our own: of all but the pieces, which follow from their turns.
  const index = adapter.keys ? undefined : `${PREFIX}-index:${id}`;
  const gone = new Set();
  const writes = new Map();
  let writing;
  let refused;

  const indexed = async () => JSON.parse((await adapter.getItem(index)) ?? "[]");
  // With what other pages have listed.
  const list = async () => {
    const keys = new Set([...(await indexed()).filter((key) => !gone.has(key)), ...mirror.keys()].filter((key) => !PIECE.test(key)));
    await adapter.setItem(index, JSON.stringify([...keys]));
  };
  const write = async () => {
    // All that one change writes.
    await undefined;
    refused = undefined;
    for (const [key, value] of writes) {
      try {
        if (key === index) await list();
        else await (value === null ? adapter.removeItem(key) : adapter.setItem(key, value));
        if (writes.get(key) === value) writes.delete(key);
      } catch (cause) {
        // It stays among what is to be written, and is tried again with what comes next.
        refused = failure("the conversation could not be kept", cause);
        failed?.(refused);
      }
    }
    writing = undefined;
  };
  const put = (key, value) => {
    // Before what it lists.
    if (index && !PIECE.test(key) && mirror.has(key) === (value === null)) queue(index, {});
    if (value === null) {
      mirror.delete(key);
      gone.add(key);
    } else mirror.set(key, value);
    queue(key, value);
    writing ??= write();
  };
  const queue = (key, value) => {
    // Behind what was written before it.
    writes.delete(key);
    writes.set(key, value);
  };
  const read = async (key) => {
    const value = await adapter.getItem(key);
    if (typeof value === "string") mirror.set(key, value);
    else mirror.delete(key);
    return value;
  };
  const readGrown = async (key) => {
    if (!/"open":true/.test(await read(key))) return;
    for (let number = 0; ; number += 1) {
      if (typeof (await read(key.replace(/[/](.{34})/, `+$1${String(number).padStart(6, "0")}`))) !== "string") return;
    }
  };
  const ours = (key) => key.startsWith(PREFIX) && (id === undefined || key.endsWith(`:${id}`));
  const fill = async () => {
    const keys = index ? await indexed() : await adapter.keys();
    await Promise.all(keys.filter(ours).map(index ? readGrown : read));
  };

  const ready = fill().catch((cause) => failed?.(failure("the conversation could not be read", cause)));
  const { publish, leave: leavePage } = heard
    ? join(adapter, (key, value) => {
        if (value === null) mirror.delete(key);
        else mirror.set(key, value);
        heard(key, value);
      })
    : {};
  const unsubscribe = heard && adapter.subscribe?.((key) => ours(key) && read(key).then(() => heard(key, mirror.get(key) ?? null), () => {}));
  const storage = { getItem: (key) => mirror.get(key), setItem: put, removeItem: (key) => put(key, null) };
  const saved = async () => {
    await writing;
    // What was refused before may be taken now.
    if (writes.size > 0) await (writing ??= write());
    if (refused) throw refused;
  };
  const leave = () => {
    leavePage?.();
    unsubscribe?.();
  };
  return { kept: attempting(storage, () => [...mirror.keys()], publish), ready, saved, leave };
}
