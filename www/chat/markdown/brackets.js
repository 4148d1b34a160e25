// Links as they are written, `[label](address "title")`, in a text whose end may still be to come. Each function returns undefined
// where more text decides, and false where there is no link.

// Longer than any honest one.
const LONGEST_LABEL = 500;
const LONGEST_ADDRESS = 2000;
const DEEPEST = 20;

/** The link whose label begins behind `at`: { label, address, title, end }. */
export function linkAt(text, at, isEnd) {
  const close = labelEnd(text, at, isEnd);
  if (!close) return close;
  if (close + 1 >= text.length) return isEnd ? false : undefined;
  if (text[close + 1] !== "(") return false;
  const target = targetAt(text, close + 2, isEnd);
  return target && { label: text.slice(at + 1, close), ...target };
}

/** Where the bracket at `at` is closed. */
function labelEnd(text, at, isEnd) {
  let depth = 0;
  for (let place = at; place - at < LONGEST_LABEL; place++) {
    const letter = text[place];
    if (letter === undefined) return isEnd ? false : undefined;
    if (letter === "\\") place++;
    else if (letter === "[" && ++depth > DEEPEST) return false;
    else if (letter === "]" && --depth === 0) return place;
    else if (letter === "`") place = codeEnd(text, place, at + LONGEST_LABEL, isEnd);
  }
  return false;
}

/** The last letter of the code that begins there, or of its mark where it does not end; past the text where that is not known yet. */
function codeEnd(text, at, limit, isEnd) {
  const [mark] = /^`+/.exec(text.slice(at, limit));
  for (let end = at + mark.length; ; ) {
    end = text.indexOf(mark, end);
    const [found] = end < 0 || end >= limit ? [""] : /^`+/.exec(text.slice(end, limit));
    const isDecided = isEnd || text.length >= limit || (found && end + found.length < text.length);
    if (!isDecided) return text.length;
    if (!found) return at + mark.length - 1;
    end += found.length;
    if (found === mark) return end - 1;
  }
}

/** What stands behind the opening parenthesis, to the closing one. */
function targetAt(text, from, isEnd) {
  const limit = from + LONGEST_ADDRESS;
  const skip = (place) => {
    while (/\s/.test(text[place] ?? "") && place < limit) place++;
    return place;
  };
  const start = skip(from);
  const isAngled = text[start] === "<";
  const end = isAngled ? text.slice(start, limit).search(/>|\n/) + start + 1 : addressEnd(text, start, limit);
  // Nothing was found, or what ends it is still to come.
  if (end >= limit || (isAngled && (end === start ? text.length >= limit : text[end - 1] === "\n"))) return false;
  if (end >= text.length || (isAngled && end === start)) return isEnd ? false : undefined;
  const address = isAngled ? text.slice(start + 1, end - 1) : text.slice(start, end);
  const behind = skip(end);
  if (text[behind] === ")") return { address, title: "", end: behind + 1 };
  if (behind >= text.length) return isEnd || behind >= limit ? false : undefined;
  return behind > end && titleAt(text, behind, limit, skip, isEnd, address);
}

/** Parentheses in an address come in pairs. */
function addressEnd(text, start, limit) {
  let depth = 0;
  for (let place = start; place < limit; place++) {
    const letter = text[place];
    if (letter === undefined || /\s/.test(letter)) return place;
    if (letter === "\\") place++;
    else if (letter === "(" && ++depth > DEEPEST) return limit;
    else if (letter === ")" && depth-- === 0) return place;
  }
  return limit;
}

function titleAt(text, start, limit, skip, isEnd, address) {
  const closer = { '"': '"', "'": "'", "(": ")" }[text[start]];
  if (!closer) return false;
  let place = start + 1;
  while (place < limit && place < text.length && text[place] !== closer) place += text[place] === "\\" ? 2 : 1;
  const behind = skip(place + 1);
  if (place >= limit || behind >= limit) return false;
  if (behind >= text.length) return isEnd ? false : undefined;
  return text[behind] === ")" && { address, title: text.slice(start + 1, place), end: behind + 1 };
}
