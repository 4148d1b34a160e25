// The direction of a block, as dir="auto" has it. A browser that keeps "auto" up to date walks the block at each change of a long answer.

const RIGHT_TO_LEFT = /^[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|^\ud83a/;
const LONGEST = 1000;

/** Sets it, unless it is set, by the first letter that is in no part with a direction of its own; false where none has come. */
export function direct(block) {
  if (block.dir) return true;
  const outer = block.closest("[dir]");
  const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let seen = 0, text = texts.nextNode(); text && seen < LONGEST; seen += text.length, text = texts.nextNode()) {
    const letter = /\p{L}/u.exec(text.data.slice(0, LONGEST - seen))?.[0];
    if (!letter || text.parentNode.closest("[dir]") !== outer) continue;
    block.setAttribute("dir", RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr");
    return true;
  }
  return false;
}
