// Which addresses a model may have a reader follow.

const SCHEMES = ["https:", "http:", "mailto:"];

// As Markdown has it: an address, in angle brackets or not, and perhaps a title.
const DESTINATION = /^\s*<?([^\s<>]+)>?(?:\s+(?:"[^]*"|'[^]*'|\([^]*\)))?\s*$/;

// What ends the sentence that an address stands in, rather than the address.
const TRAILING = /[\]}>.,;:!?'"*_~`]+$/;

/** The address that a link may point to, or undefined: only absolute ones, of three schemes, that name no user. */
export function linkTarget(text) {
  const address = DESTINATION.exec(text)?.[1];
  let url;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  if (!SCHEMES.includes(url.protocol) || url.username || url.password) return undefined;
  return url.href;
}

/** An address that stands in a text as such, without what follows it there. */
export function bareAddress(text) {
  const address = text.replace(TRAILING, "");
  const isBalanced = !address.endsWith(")") || address.split("(").length >= address.split(")").length;
  return isBalanced ? address : bareAddress(address.slice(0, -1));
}
