// Keeps an answer while it grows.

// How far what is kept may be behind what was delivered: in milliseconds, and in UTF-16 units, of which 2 KB hold 1,024.
const BEHIND_MS = 400;
const BEHIND_UNITS = 1000;

export class Keeper {
  #keep;
  #delivery;
  #kept = 0;
  #timer;
  #isListening = false;

  /** `keep(delivered)` keeps it. */
  constructor(delivery, keep) {
    this.#delivery = delivery;
    this.#keep = keep;
  }

  /** More was delivered. */
  more() {
    if (!this.#isListening) this.#listen(true);
    if (this.#delivery.chars - this.#kept >= BEHIND_UNITS) this.#now();
    else this.#timer ??= setTimeout(this.#now, BEHIND_MS);
  }

  /** Whoever keeps the whole answer now needs this no more. */
  end() {
    clearTimeout(this.#timer);
    if (this.#isListening) this.#listen(false);
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
    this.#isListening = isOn;
    const change = isOn ? "addEventListener" : "removeEventListener";
    globalThis[change]?.("pagehide", this.#now);
    globalThis.document?.[change]("visibilitychange", this.#now);
  }
}
