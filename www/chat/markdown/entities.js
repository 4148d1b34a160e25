// Character references: those that models write, by name, and all by number.

const NAMED = "amp & lt < gt > quot \" apos ' nbsp \u00a0 ensp \u2002 emsp \u2003 thinsp \u2009 shy \u00ad cent ¢ pound £ yen ¥ euro € sect § copy © reg ® trade ™ deg ° plusmn ± sup2 ² sup3 ³ micro µ middot · laquo « raquo » frac14 ¼ frac12 ½ frac34 ¾ times × divide ÷ ndash – mdash — lsquo ‘ rsquo ’ ldquo “ rdquo ” bull • hellip … larr ← uarr ↑ rarr → darr ↓ harr ↔ rArr ⇒ minus − radic √ infin ∞ sum ∑ asymp ≈ ne ≠ equiv ≡ le ≤ ge ≥ alpha α beta β gamma γ delta δ Delta Δ lambda λ mu μ pi π sigma σ Omega Ω omega ω check ✓ cross ✗ auml ä ouml ö uuml ü szlig ß eacute é";

let named;

function names() {
  const words = NAMED.split(" ");
  named ??= new Map(words.map((name, at) => [name, words[at + 1]]).filter((_, at) => at % 2 === 0));
  return named;
}

/** The character that the reference between `&` and `;` stands for, or undefined. */
export function character(reference) {
  const [, hex, decimal] = /^#(?:[xX]([\da-fA-F]{1,6})|(\d{1,7}))$/.exec(reference) ?? [];
  if (!hex && !decimal) return names().get(reference);
  const code = hex ? parseInt(hex, 16) : Number(decimal);
  const isScalar = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isScalar ? String.fromCodePoint(code) : "\ufffd";
}

/** A text with its references and escapes resolved, as in the address of a link. */
export const resolved = (text) =>
  text.replace(/\\([!-/:-@[-`{-~])|&(#?\w+);/g, (whole, escaped, reference) => escaped ?? character(reference) ?? whole);
