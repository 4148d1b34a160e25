// Keeps the end in view while it grows, until the reader scrolls away from it.

const NEAR = 48;

/** Whether to go on following, after a scroll from `last` to `top`, `fromEnd` pixels above the end. */
export function follows(isFollowing, { top, last, fromEnd }) {
  // Fractions of a pixel, and a list that became shorter, are no reader's doing.
  if (fromEnd <= 2) return true;
  if (top < last) return false;
  return isFollowing || (top > last && fromEnd < NEAR);
}

export class Follower {
  #box;
  #isFollowing = true;
  #last = 0;
  #sizes;
  #changed;

  /** `changed(isFollowing)` is called when the reader lets go, or comes back to the end. */
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
    this.#set(true);
    this.#follow();
  }

  letGo() {
    this.#set(false);
  }

  #follow() {
    if (this.#isFollowing) this.#box.scrollTop = this.#box.scrollHeight;
    this.#last = this.#box.scrollTop;
    this.#look();
  }

  #look() {
    const { scrollTop: top, scrollHeight, clientHeight } = this.#box;
    const fromEnd = scrollHeight - clientHeight - top;
    this.#set(follows(this.#isFollowing, { top, last: this.#last, fromEnd }));
    this.#last = top;
  }

  #set(isFollowing) {
    if (isFollowing === this.#isFollowing) return;
    this.#isFollowing = isFollowing;
    this.#changed(isFollowing);
  }
}
