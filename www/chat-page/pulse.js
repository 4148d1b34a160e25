// When text arrived, as a row of bars. It has a fixed number of places: when time runs out of them,
// each two become one and a place stands for twice as long.

const PLACES = 120;
const FIRST_PLACE_MS = 40;

export class Pulse {
  #chars = new Array(PLACES).fill(0);
  #placeMs = FIRST_PLACE_MS;
  #used = 0;

  add(elapsedMs, chars) {
    while (elapsedMs >= this.#placeMs * PLACES) this.#halve();
    const place = Math.max(0, Math.floor(elapsedMs / this.#placeMs));
    this.#chars[place] += chars;
    this.#used = Math.max(this.#used, place + 1);
  }

  /** An SVG path of vertical strokes in a box of 120 × 16. */
  path() {
    const most = Math.max(1, ...this.#chars);
    let path = "";
    for (let place = 0; place < this.#used; place += 1) {
      const height = this.#chars[place] === 0 ? 0.5 : 2 + (14 * this.#chars[place]) / most;
      path += `M${place + 0.5} 16v${(-height).toFixed(1)}`;
    }
    return path;
  }

  #halve() {
    const old = this.#chars;
    this.#chars = Array.from({ length: PLACES }, (_, place) => (old[place * 2] ?? 0) + (old[place * 2 + 1] ?? 0));
    this.#placeMs *= 2;
    this.#used = Math.ceil(this.#used / 2);
  }
}
