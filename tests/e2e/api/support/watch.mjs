// What a page has pending, for tests that nothing is left.

/** Counts what is pending: timers, frames, listeners on signals. */
export const WATCH = () => {
  const pending = new Set();
  const kinds = [["setTimeout", "clearTimeout", true], ["setInterval", "clearInterval", false], ["requestAnimationFrame", "cancelAnimationFrame", true]];
  for (const [set, clear, once] of kinds) {
    const [real, realClear] = [globalThis[set], globalThis[clear]];
    globalThis[set] = (work, ...rest) => {
      const id = real((...given) => {
        if (once) pending.delete(`${set} ${id}`);
        work(...given);
      }, ...rest);
      pending.add(`${set} ${id}`);
      return id;
    };
    globalThis[clear] = (id) => {
      pending.delete(`${set} ${id}`);
      realClear(id);
    };
  }
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const key = new WeakMap();
  let next = 0;
  const named = (target, type, listener) => {
    for (const value of [target, listener]) if (!key.has(value)) key.set(value, (next += 1));
    return `${target.constructor.name} ${type} ${key.get(target)} ${key.get(listener)}`;
  };
  EventTarget.prototype.addEventListener = function add(type, listener, ...rest) {
    if (this instanceof EventTarget && !(this instanceof MessagePort)) pending.add(named(this, type, listener));
    return addEventListener.call(this, type, listener, ...rest);
  };
  EventTarget.prototype.removeEventListener = function remove(type, listener, ...rest) {
    if (this instanceof EventTarget) pending.delete(named(this, type, listener));
    return removeEventListener.call(this, type, listener, ...rest);
  };
  globalThis.pending = pending;
};
