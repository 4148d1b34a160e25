// The way to an adapter and back, which may take its time. `held` is what the core sees of it meanwhile: `adapter`; `id`, none
// for all conversations; `mirror`, what is kept by key; `writes`, what is to be written, `null` for a key that is gone;
// `listed`, what is known to be in the list of its keys.
//
// Where an adapter cannot say what it holds, two lists of our own do: of the conversations, and of each one's keys, but for
// the pieces, which follow from their turns.
const PREFIX = "refinire-web";
const INDEX = `${PREFIX}-index`;
const indexOf = (id) => `${INDEX}:${id}`;
// See src/conversation/store.rs.
const PIECE = /^refinire-web[+]/;

export const isOurs = ({ id }, key) => key.startsWith(PREFIX) && (id === undefined || key.endsWith(`:${id}`));

/** Reads all of it into the mirror. */
export async function fill(held) {
  const { adapter, id, listed } = held;
  const of = async (id) => named(adapter, indexOf(id));
  const keys = adapter.keys ? await adapter.keys() : id === undefined ? (await Promise.all((await named(adapter, INDEX)).map(of))).flat() : await of(id);
  for (const key of keys) listed.add(key);
  await Promise.all(keys.filter((key) => isOurs(held, key)).map((key) => (adapter.keys ? read : readGrown)(held, key)));
}

/** Reads what is under one of the keys, and gives it. */
export async function read({ adapter, mirror }, key) {
  const value = await adapter.getItem(key);
  if (typeof value === "string") mirror.set(key, value);
  else mirror.delete(key);
  return value;
}

async function readGrown(held, key) {
  if (!/"open":true/.test(await read(held, key))) return;
  for (let number = 0; ; number += 1) {
    if (typeof (await read(held, key.replace(/[/](.{34})/, `+$1${String(number).padStart(6, "0")}`))) !== "string") return;
  }
}

/** Writes what is to be written; `refused(cause)` is told what was not: that stays, and is tried again with what comes next. */
export async function flush(held, refused) {
  const { adapter, writes } = held;
  // All that one change writes.
  await undefined;
  // Something is listed before it is there, and until it is gone.
  await list(held, held.listed).catch(refused);
  for (const [key, value] of writes) {
    try {
      await (value === null ? adapter.removeItem(key) : adapter.setItem(key, value));
      if (writes.get(key) === value) writes.delete(key);
    } catch (cause) {
      refused(cause);
    }
  }
  await list(held, []).catch(refused);
  held.writing = undefined;
}

/** Lists what the mirror has and `others`, with what other pages have listed. */
async function list({ adapter, id, mirror, listed }, others) {
  if (adapter.keys) return;
  const own = new Set([...mirror.keys(), ...others].filter((key) => !PIECE.test(key)));
  if (own.size === listed.size && [...own].every((key) => listed.has(key))) return;
  await alone(async () => {
    const before = await named(adapter, indexOf(id));
    const keys = [...new Set([...before.filter((key) => !listed.has(key)), ...own])];
    const change = async (index, names) => (names.length > 0 ? adapter.setItem(index, JSON.stringify(names)) : adapter.removeItem(index));
    const conversations = async (isThere) => change(INDEX, [...(await named(adapter, INDEX)).filter((other) => other !== id), ...(isThere ? [id] : [])]);
    if (before.length === 0) await conversations(true);
    await change(indexOf(id), keys);
    if (keys.length === 0) await conversations(false);
  });
  listed.clear();
  for (const key of own) listed.add(key);
}

/** The names in a list. */
async function named(adapter, index) {
  const text = await adapter.getItem(index);
  try {
    return [...JSON.parse(text)];
  } catch {
    return [];
  }
}

/** Has no other page change a list meanwhile, where that can be had. */
async function alone(work) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return work();
  return locks.request(INDEX, work).catch((cause) => (cause?.name === "SecurityError" ? work() : Promise.reject(cause)));
}
