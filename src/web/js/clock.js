// Time.

/** Milliseconds that never go back. */
export const now = () => performance.now();

/** The time of day as ISO 8601 in UTC. */
export const timestamp = () => new Date().toISOString();

/** Milliseconds until a date of HTTP, 0 if it has passed; NaN for what is no date. */
export const until = (date) => Math.max(0, Date.parse(date) - Date.now());

// What a run's clock is asked for or told.
export const NEXT = 0;
export const TIMER = 1;
export const PAUSE = 2;
export const RESUME = 3;
export const OFFLINE = 4;
export const ONLINE = 5;
