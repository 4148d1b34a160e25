// The messages of a context, as users see them: frozen, so that an unchanged one can stay the same object. In JavaScript, as from Rust
// each member of each message is a call out of the module, and a growing text is copied at each of its pieces.

/** Messages from JSON. Frozen afterwards: JSON.parse would call a reviver for every text and number, too. */
export const parseMessages = (json) => deepFreeze(JSON.parse(json));

function deepFreeze(value) {
  for (const each of Object.values(value)) if (typeof each === "object" && each !== null) deepFreeze(each);
  return Object.freeze(value);
}

/** The same message with more text at its end. The engine joins the two strings without copying them. */
export const grownMessage = (message, text) => Object.freeze({ ...message, content: message.content + text });

/** A list that begins like `list`, up to `count`, and goes on with `rest`. */
export const listOf = (list, count, rest) => Object.freeze([...list.slice(0, count), ...rest]);
