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

/** A copy of a RefinireError that bears the name of no step, whose cause is the error itself. */
export const copyOf = (error) => new RefinireError(error.message, { ...error, step: undefined, cause: error });

/** Whether it is a RefinireError. It throws of a proxy that throws. */
export const isOurs = (error) => error instanceof RefinireError;

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
