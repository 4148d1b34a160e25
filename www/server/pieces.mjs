// How an answer is cut into pieces, and what is said of it by one who goes on.

// At least so much of what was said is said again by one who goes on, from the beginning of a word on, as models do: enough to be known as
// a repetition.
const REPEATED = 32;

/** The stand-in cuts its text at fixed lengths: take one that falls into no surrogate pair. */
export function pieceLength(text) {
  const splitsNone = (length) => {
    for (let at = length; at < text.length; at += length) {
      const unit = text.charCodeAt(at);
      if (unit >= 0xdc00 && unit <= 0xdfff) return false;
    }
    return true;
  };
  return [5, 4, 6, 3, 7, 8, 9, 10, 11, 12, 13].find(splitsNone) ?? text.length;
}

/** What one says who goes on from `begun`: in the pieces that the whole text is cut into, so that none begins within a character. */
export function restOf(text, begun, length) {
  if (!text.startsWith(begun)) return text;
  let at = Math.max(0, Math.floor((begun.length - REPEATED) / length) * length);
  while (at > 0 && !/\s/.test(text[at - 1])) at -= length;
  return text.slice(at);
}
