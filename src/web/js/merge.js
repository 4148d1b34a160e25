// JSON Merge Patch, RFC 7396 (https://www.rfc-editor.org/rfc/rfc7396).

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** `value` with `patch` laid over it: objects member by member, anything else instead; a member that is `null` goes. */
export function merged(value, patch) {
  if (!isObject(patch)) return patch;
  // A map, to which `__proto__` is a key like others.
  const members = new Map(isObject(value) ? Object.entries(value) : []);
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) members.delete(key);
    else members.set(key, merged(members.get(key), change));
  }
  return Object.fromEntries(members);
}
