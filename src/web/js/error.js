// Errors cross the boundary at one place, always as a real Error with a stack.

/** Every failure but an abort. */
export class RefinireError extends Error {
  constructor(message, { cause, ...fields } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = fields.code;
    this.retryable = fields.retryable ?? false;
    this.partialText = fields.partialText ?? "";
    for (const name of ["status", "retryAfterMs", "provider", "step"]) {
      if (fields[name] !== undefined) this[name] = fields[name];
    }
  }
}
// On the prototype, as the name of every built-in error is: it is no field of each one.
Object.defineProperty(RefinireError.prototype, "name", { value: "RefinireError", configurable: true, writable: true });

/** The mistake of a caller. */
export const invalid = (message, cause) => new RefinireError(message, { code: "invalid-argument", cause });

/** What Rust makes one with. */
export const makeError = (code, message, partialText, retryable, status, retryAfterMs, provider, cause) =>
  new RefinireError(message, { code, partialText, retryable, status, retryAfterMs, provider, cause });

/**
 * What the step of that name failed with, as an error that bears its name; of what is no RefinireError one that says so. One
 * that may not be written on, or bears the name of another step, is the cause of a new one.
 */
export function ofStep(error, step) {
  let own = error;
  if (!isOurs(error)) own = new RefinireError(`the step "${step}" failed: ${describe(error)}`, { code: "step", cause: error });
  else if (error.step !== undefined || !Object.isExtensible(error)) own = new RefinireError(error.message, { ...error, step: undefined, cause: error });
  own.step = step;
  return own;
}

/** Not of a proxy that throws: that is none of ours. */
function isOurs(error) {
  try {
    return error instanceof RefinireError;
  } catch {
    return false;
  }
}

/** Also of another window, whose classes are others. */
const isError = (value) => value instanceof Error || /^\[object (Error|DOMException)]$/.test(Object.prototype.toString.call(value));

/** A line about any thrown value. Reading it may throw: it can have getters, or be a proxy that was revoked. */
export function describe(value) {
  try {
    return String(isError(value) ? value.message || value.name : value);
  } catch {
    return "an unknown value was thrown";
  }
}
