// Errors cross the boundary at one place, always as a real Error with a stack.

/** Every failure except an abort. */
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
// On the prototype, like the name of every built-in error, and not a field of each one.
Object.defineProperty(RefinireError.prototype, "name", { value: "RefinireError", configurable: true, writable: true });

/** The mistake of a caller. */
export const invalid = (message, cause) => new RefinireError(message, { code: "invalid-argument", cause });

/** Used by Rust to make one. */
export const makeError = (code, message, partialText, retryable, status, retryAfterMs, provider, cause) =>
  new RefinireError(message, { code, partialText, retryable, status, retryAfterMs, provider, cause });

/** A copy of a RefinireError without the name of a step. Its cause is the error itself. */
export const copyOf = (error) => new RefinireError(error.message, { ...error, step: undefined, cause: error });

/** Whether it is a RefinireError. Throws if the value is a proxy that throws. */
export const isOurs = (error) => error instanceof RefinireError;

/** True for errors of another window, too, which has its own classes. */
const isError = (value) => value instanceof Error || /^\[object (Error|DOMException)]$/.test(Object.prototype.toString.call(value));

/** A line that describes any thrown value. Reading it may throw: it can have getters, or be a revoked proxy. */
export function describe(value) {
  try {
    return String(isError(value) ? value.message || value.name : value);
  } catch {
    return "an unknown value was thrown";
  }
}
