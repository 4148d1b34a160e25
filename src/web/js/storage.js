// The page's storage, as the core uses it.
import { describe, RefinireError } from "./error.js";

/** The page's "local" or "session" storage, or undefined and why there is none; nothing for "memory". */
export function openStorage(name) {
  if (name === "memory") return [];
  let storage;
  try {
    storage = globalThis.window?.[`${name}Storage`];
  } catch (cause) {
    return [undefined, failure("storage is denied, the conversation is kept in memory", cause)];
  }
  if (storage) return [attempting(storage)];
  return [undefined, new RefinireError("there is no storage here: the conversation is kept in memory", { code: "storage" })];
}

/** Nothing that the core calls throws: what went wrong is given back instead of what was wanted. */
function attempting(storage) {
  const attempt = (work, what) => {
    try {
      return work() ?? undefined;
    } catch (cause) {
      return failure(`the ${what}`, cause);
    }
  };
  return {
    get: (key) => attempt(() => storage.getItem(key), "conversation could not be read"),
    set: (key, value) => attempt(() => storage.setItem(key, value), "conversation could not be kept"),
    remove: (key) => attempt(() => storage.removeItem(key), "conversation could not be deleted"),
    keys: () => attempt(() => JSON.stringify(Object.keys(storage)), "conversations could not be listed"),
  };
}

const failure = (what, cause) => new RefinireError(`${what}: ${describe(cause)}`, { code: "storage", cause });
