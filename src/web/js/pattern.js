// The regular expressions of JSON Schemas, for the core.

const compiled = new Map();
const MOST = 500;

/** Whether the expression matches anywhere in the text; true for one that is not valid. */
export function matches(pattern, text) {
  if (compiled.size >= MOST) compiled.clear();
  if (!compiled.has(pattern)) compiled.set(pattern, regExpOf(pattern, "u") ?? regExpOf(pattern));
  try {
    return compiled.get(pattern)?.test(text) ?? true;
  } catch {
    // An engine may run out of room for what it has to try.
    return true;
  }
}

// JSON Schema's are Unicode's; many are written without that in mind, and escape what needs no escape then.
function regExpOf(pattern, flags) {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}
