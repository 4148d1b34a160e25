// The messages of a context, as users see them: frozen, so that an unchanged one can stay the same object.

/** Messages from JSON. */
export const parseMessages = (json) => JSON.parse(json, (_, value) => Object.freeze(value));

/** The same message with more text at its end. The engine joins the two strings without copying them. */
export const grownMessage = (message, text) => Object.freeze({ ...message, content: message.content + text });

/** A list that begins like `list`, up to `count`, and goes on with `rest`. */
export const listOf = (list, count, rest) => Object.freeze([...list.slice(0, count), ...rest]);
