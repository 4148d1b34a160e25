// Keeps an answer while it grows.

// How far what is kept may be behind what was delivered: in milliseconds, and in UTF-16 units. 2 KB hold 1,024 of them, but
// only 682 of a text whose letters UTF-8 writes in three bytes each; and the text itself is not at hand to be counted.
const BEHIND_MS = 400;
const BEHIND_UNITS = 650;

const listening = new Set();

/** Keeps every answer that grows, as it has been delivered: what it is kept by may be gone soon. */
export const keepAll = () => listening.forEach((keep) => keep());

export class Keeper {
  #keep;
  #delivery;
  #kept = 0;
  #timer;
  #hasEnded = false;

  /** `keep(delivered)` keeps it. */
  constructor(delivery, keep) {
    this.#delivery = delivery;
    this.#keep = keep;
  }

  /** More was delivered. */
  more() {
    if (this.#hasEnded) return;
    if (!listening.has(this.#now)) this.#listen(true);
    if (this.#delivery.chars - this.#kept >= BEHIND_UNITS) this.#now();
    else this.#timer ??= setTimeout(this.#now, BEHIND_MS);
  }

  /** The whole answer is kept from now on, and its run may be freed: nothing here calls it any more. */
  end() {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#listen(false);
  }

  #now = () => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#delivery.chars === this.#kept) return;
    this.#kept = this.#delivery.chars;
    this.#keep(this.#kept);
  };

  // A page that goes away may not come back.
  #listen(isOn) {
    listening[isOn ? "add" : "delete"](this.#now);
    const change = isOn ? "addEventListener" : "removeEventListener";
    globalThis[change]?.("pagehide", this.#now);
    globalThis.document?.[change]("visibilitychange", this.#now);
  }
}
