// A part of a message that is made when it is first used. Its code is loaded then.
import { element } from "./dom.js";

export class Late {
  element = element("div", { hidden: true });
  #withParts;
  #make;
  #made;
  // What is to be done, in order, while the code is being loaded.
  #waiting;

  /** `make(parts)` gives it, with its element. */
  constructor(withParts, make) {
    this.#withParts = withParts;
    this.#make = make;
  }

  do(act) {
    if (this.#made) act(this.#made);
    else if (this.#waiting) this.#waiting.push(act);
    else this.#begin(act);
  }

  #begin(first) {
    const waiting = (this.#waiting = [first]);
    this.#withParts((parts) => {
      if (waiting !== this.#waiting) return;
      this.#made = this.#make(parts);
      this.element.append(this.#made.element);
      this.element.hidden = false;
      for (const act of waiting) act(this.#made);
      this.#waiting = undefined;
    });
  }

  /** It is as before anything was done with it. */
  clear() {
    this.#made = this.#waiting = undefined;
    this.element.hidden = true;
    this.element.replaceChildren();
  }
}
