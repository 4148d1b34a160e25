// What there is to say of the conversations of a storage. The keys are those of src/conversation/store.rs.

const HEAD = /^refinire-web:(.*)$/s;
// A place begins with the time of its turn.
const TURN = /^refinire-web\/(.{24}).{10}:(.*)$/s;

/** How much of the first question is shown, in characters. */
const PREVIEW = 80;

/** The one that changed last first; what cannot be read is left out. `kept` is what openStorage gives. */
export function listed(kept) {
  const rows = new Map();
  const rowOf = (id) => {
    if (!rows.has(id)) rows.set(id, { id, updatedAt: "", messages: 0, preview: undefined });
    return rows.get(id);
  };
  const keys = kept.keys();
  if (typeof keys !== "string") throw keys;
  for (const key of JSON.parse(keys)) {
    const [, place, inTurn] = TURN.exec(key) ?? [];
    const id = inTurn ?? HEAD.exec(key)?.[1];
    if (id === undefined) continue;
    const head = place === undefined ? read(kept, key) : undefined;
    if (place === undefined && !(head?.schema >= 1 && head.schema <= 3)) continue;
    const row = rowOf(id);
    // In the first schema they were all in the head.
    const turns = place === undefined ? (head.messages ?? []) : [row.preview === undefined ? read(kept, key) : undefined];
    row.messages += turns.length;
    row.preview ??= turns.find((turn) => turn?.role === "user")?.content;
    const changed = place ?? String(head.updatedAt ?? "");
    if (changed > row.updatedAt) row.updatedAt = changed;
  }
  const sorted = [...rows.values()].sort((one, other) => order(other.updatedAt, one.updatedAt) || order(one.id, other.id));
  return sorted.map((row) => ({ ...row, preview: [...String(row.preview ?? "")].slice(0, PREVIEW).join("") }));
}

function read(kept, key) {
  const text = kept.get(key);
  if (typeof text === "object") throw text;
  return parsed(text);
}

const order = (one, other) => (one < other ? -1 : Number(one > other));

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
