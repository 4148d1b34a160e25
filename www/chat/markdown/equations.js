// Where an equation in a text ends. What looks like money or words between dollars is none.

// Longer than any equation within a line.
const LONGEST = 400;

const PRICE = /^[\d.,]+\s+[a-z]{2}/i;
const WORDS = /^[^\\]*?[a-z]{2,}\s+[a-z]{2,}/i;

/** The length of the equation that begins at `at` with one dollar; 0 where none does, undefined where more text has to come. */
export function dollarsAt(text, at, isEnd) {
  const inside = /^[^$\n`]*/.exec(text.slice(at + 1, at + LONGEST))[0];
  const closer = at + 1 + inside.length;
  if (inside.length >= LONGEST - 1 || /^\s/.test(inside) || inside.includes("**") || PRICE.test(inside) || WORDS.test(inside)) return 0;
  if (closer >= text.length) return isEnd ? 0 : undefined;
  if (text[closer] !== "$" || !inside || /\s$/.test(inside)) return 0;
  if (closer + 1 === text.length && !isEnd) return undefined;
  return /\d/.test(text[closer + 1] ?? "") ? 0 : closer + 1 - at;
}

/** The same, of one between `\(` and `\)`. */
export function parenthesesAt(text, at, isEnd) {
  const end = text.slice(at, at + LONGEST).indexOf("\\)");
  if (end >= 0) return end + 2;
  return isEnd || text.length - at >= LONGEST ? 0 : undefined;
}
