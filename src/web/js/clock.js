// Time and chance.

/** Milliseconds that never go back. */
export const now = () => performance.now();

/** A timer: `done` resolves when it has run, `cancel` keeps it from running. */
export function timer(ms) {
  let id;
  const done = new Promise((resolve) => {
    id = setTimeout(resolve, ms);
  });
  return { done, cancel: () => clearTimeout(id) };
}
