// Where the text of a flow goes out, one chunk after the other.

export class Outlet {
  text = [];
  #delivery;
  // What still waits to be handed on.
  #tail;

  constructor(delivery) {
    this.#delivery = delivery;
  }

  /** Hands on a chunk behind those before it. Gives a promise where whoever brings more shall wait. */
  write(chunk) {
    const done = this.#tail ? this.#tail.then(() => this.#hand(chunk)) : this.#hand(chunk);
    if (!done) return undefined;
    const tail = done.then(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    return (this.#tail = tail);
  }

  /** Resolves when everything was handed on. */
  async flushed() {
    await this.#tail;
  }

  #hand(chunk) {
    const delivery = this.#delivery;
    if (delivery.isOver) return undefined;
    this.text.push(chunk);
    const waits = delivery.chunk(chunk, true);
    return waits ? waits.then(() => delivery.take()) : delivery.take();
  }
}
