// What is known of an answer in numbers, and bars that show when its text arrived.
import { element, filled, shape } from "../shared.js";

// The bars have a fixed number of places: when time runs out of them, each two become one and a place stands for twice as long.
const PLACES = 120;
const FIRST_PLACE_MS = 40;

export class Figures {
  element = element("span", { class: "figures", part: "figures", hidden: true });
  #words = element("span", { dir: "auto" });
  #options;
  #bars;

  /** `options` are texts, locale, counts and figures: the last two say what is shown. */
  constructor(options) {
    this.#options = options;
    this.element.append(this.#words);
  }

  /** Of an answer that is so long by now; `record` is that of its run, where that is known. */
  show(length, record) {
    const { counts, figures, texts, locale } = this.#options;
    if (!length || !(counts || figures)) return;
    this.element.hidden = false;
    const words = [];
    const put = (text, value, unit) => value > 0 && words.push(filled(text, { count: numbers(locale, unit).format(value) }));
    put(texts.characters, length);
    const chunks = record?.arrivals.length;
    put(texts.chunks, chunks);
    if (figures && chunks) {
      this.#putTimes(put, texts, record);
      this.#draw(record);
    }
    const shown = words.join(" · ");
    if (this.#words.textContent !== shown) this.#words.textContent = shown;
  }

  #putTimes(put, texts, { arrivals, result }) {
    const { metrics, usage } = result ?? {};
    put(texts.firstText, (metrics?.timeToFirstChunkMs ?? arrivals[0][0]) / 1000, "second");
    put(texts.duration, metrics?.durationMs / 1000, "second");
    put(texts.rate, metrics?.charsPerSecond);
    put(texts.tokensIn, usage?.inputTokens);
    put(texts.tokensOut, usage?.outputTokens);
  }

  #draw({ arrivals }) {
    if (arrivals !== this.#bars?.arrivals) {
      this.#bars?.element.remove();
      this.#bars = new Bars(arrivals);
      this.element.prepend(this.#bars.element);
    }
    this.#bars.show();
  }
}

class Bars {
  arrivals;
  // How many of them are drawn.
  #drawn = 0;
  #path = shape("path");
  #chars = new Array(PLACES).fill(0);
  #placeMs = FIRST_PLACE_MS;
  #used = 0;
  element = shape("svg", { class: "bars", part: "bars", viewBox: "0 0 120 16", "aria-hidden": "true", preserveAspectRatio: "none" }, this.#path);

  /** `arrivals` may grow. */
  constructor(arrivals) {
    this.arrivals = arrivals;
  }

  show() {
    if (this.#drawn === this.arrivals.length) return;
    for (const [elapsedMs, chars] of this.arrivals.slice(this.#drawn)) this.#add(elapsedMs, chars);
    this.#drawn = this.arrivals.length;
    const most = Math.max(...this.#chars);
    const bar = (count, at) => `M${at + 0.5} 16v${(count ? -2 - (14 * count) / most : -0.5).toFixed(1)}`;
    this.#path.setAttribute("d", this.#chars.slice(0, this.#used).map(bar).join(""));
  }

  #add(elapsedMs, chars) {
    while (elapsedMs >= this.#placeMs * PLACES) this.#halve();
    const place = Math.max(0, Math.floor(elapsedMs / this.#placeMs));
    this.#chars[place] += chars;
    this.#used = Math.max(this.#used, place + 1);
  }

  #halve() {
    this.#chars = this.#chars.map((_, place) => (this.#chars[place * 2] ?? 0) + (this.#chars[place * 2 + 1] ?? 0));
    this.#placeMs *= 2;
    this.#used = Math.ceil(this.#used / 2);
  }
}

const formats = new Map();

function numbers(locale, unit) {
  const key = `${locale} ${unit}`;
  const options = unit ? { style: "unit", unit, maximumFractionDigits: 2 } : { maximumFractionDigits: 0 };
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(locale, options));
  return formats.get(key);
}
