// Keeps the end in view while it grows, until the reader scrolls away from it.

const NEAR = 48;

/** Whether to go on following, after a scroll from `last` to `top`, `fromEnd` pixels above the end. */
export function follows(isFollowing, { top, last, fromEnd }) {
  // Fractions of a pixel, and a list that became shorter, are no reader's doing.
  if (fromEnd <= 2) return true;
  if (top < last) return false;
  return isFollowing || (top > last && fromEnd < NEAR);
}

/** The first of the `rows` that the reader sees in the scrolled `box` is, by the function that this gives, brought back to where it is now,
 *  whatever was added or removed above it. Safari does not see to that itself. */
export function holdPlace(box, rows) {
  const topOf = (node) => node.getBoundingClientRect().top;
  const row = rows.find((each) => each.getBoundingClientRect().bottom > topOf(box));
  const before = row && topOf(row);
  return () => void (row && (box.scrollTop += topOf(row) - before));
}

export class Follower {
  #box;
  #isFollowing = true;
  #last = 0;
  #height = 0;
  #hasNew = false;
  #told = "";
  /** While it does, nothing is followed: on paper the box does not scroll. */
  isPrinting = false;
  #sizes;
  #changed;

  /** `changed({ isAway, hasNew })`: whether the end is out of view, and whether an answer grew there since. */
  constructor(box, content, changed) {
    this.#box = box;
    this.#changed = changed;
    box.addEventListener("scroll", () => this.#look(), { passive: true });
    // Tells of every growth after layout, so that nothing is measured while text comes in.
    this.#sizes = new ResizeObserver(() => this.#follow());
    this.#sizes.observe(box);
    this.#sizes.observe(content);
  }

  jump() {
    this.#isFollowing = true;
    // Measured after the next layout, when what is still being put in is there, too.
    this.#sizes.unobserve(this.#box);
    this.#sizes.observe(this.#box);
  }

  letGo() {
    this.#isFollowing = false;
  }

  #follow() {
    if (this.isPrinting) return;
    const { scrollHeight } = this.#box;
    if (this.#isFollowing) this.#box.scrollTop = scrollHeight;
    else if (scrollHeight > this.#height && this.#box.querySelector(".live")) this.#hasNew = true;
    this.#height = scrollHeight;
    this.#last = this.#box.scrollTop;
    this.#look();
  }

  #look() {
    if (this.isPrinting) return;
    const { scrollTop: top, scrollHeight, clientHeight } = this.#box;
    const fromEnd = scrollHeight - clientHeight - top;
    this.#isFollowing = follows(this.#isFollowing, { top, last: this.#last, fromEnd });
    this.#last = top;
    if (this.#isFollowing) this.#hasNew = false;
    this.#tell({ isAway: !this.#isFollowing && fromEnd > NEAR, hasNew: this.#hasNew });
  }

  #tell(state) {
    const told = JSON.stringify(state);
    if (told === this.#told) return;
    this.#told = told;
    this.#changed(state);
  }
}
