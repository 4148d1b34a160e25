// The classes that Rust exports, as users see them: before the module is ready, and after free(), they throw a
// RefinireError instead of an exception of the glue.
import { invalid } from "./error.js";
import { started } from "./started.js";

/**
 * The class `made` of the glue, under the name `name`. It may be extended, and the objects that Rust returns are
 * instances of it. `called`: what an instance is called in messages. `promises`: the methods, including static ones,
 * that reject where others throw. `lasting`: the getters that still return their last value after free().
 */
export function guarded(made, name, { called = name, promises = [], lasting = [] } = {}) {
  const { prototype } = made;
  const alive = (instance) => {
    if (!(instance instanceof made)) throw new TypeError(`this is not a ${name}`);
    if (!instance.__wbg_ptr) throw invalid(`this ${called} has been freed`);
  };
  guard(prototype, alive, promises);
  guard(made, started, promises);
  const free = prototype.free;
  const onFree = {
    free() {
      if (!this.__wbg_ptr) return;
      for (const key of lasting) Object.defineProperty(this, key, { value: this[key], configurable: true, writable: true });
      try {
        free.call(this);
      } catch (error) {
        // A call is still running; the object is freed after it. Anything else is a trap.
        if (error instanceof WebAssembly.RuntimeError) throw error;
      }
    },
  };
  const shown = new Proxy(made, {
    construct(made, given, extended) {
      started();
      const instance = Reflect.construct(made, given, extended);
      // A Rust constructor that returns an object does not know which class extends it.
      if (Object.getPrototypeOf(instance) !== extended.prototype) Object.setPrototypeOf(instance, extended.prototype);
      return instance;
    },
  });
  put(prototype, "free", onFree.free);
  if (Symbol.dispose) put(prototype, Symbol.dispose, onFree.free);
  put(prototype, "constructor", shown);
  put(prototype, Symbol.toStringTag, name);
  put(made, "name", name);
  return shown;
}

/** Calls `check` with `this` before anything of `target` is called. */
function guard(target, check, promises) {
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(target))) {
    if (key === "constructor" || key === "prototype" || key === "free" || key.startsWith("__")) continue;
    for (const part of ["value", "get", "set"]) {
      const work = property[part];
      if (typeof work !== "function") continue;
      // A method and not a function: it cannot be called with `new`.
      const { checked } = promises.includes(key)
        ? { async checked(...given) { check(this); return work.apply(this, given); } }
        : { checked(...given) { check(this); return work.apply(this, given); } };
      property[part] = put(put(checked, "name", work.name), "length", work.length);
    }
    Object.defineProperty(target, key, property);
  }
}

const put = (target, key, value) => Object.defineProperty(target, key, { value, configurable: true, writable: typeof value === "function" });
