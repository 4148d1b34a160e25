// What is known of an answer in numbers, and bars that show when its text arrived.
import { element, filled, shape } from "../shared.js";

// The bars have a fixed number of places: when time runs out of them, each two become one and a place stands for twice as long.
const PLACES = 120;
const FIRST_PLACE_MS = 40;

export class Figures {
  element = element("span", { class: "figures", part: "figures", hidden: true });
  #words = element("span", { dir: "auto" });
  #options;
  #run;
  #firstMs;
  #result;
  #bars;

  /** `options` are texts, locale, counts and figures: the last two say what is shown. */
  constructor(options) {
    this.#options = options;
    this.element.append(this.#words);
  }

  /** A piece of this length has come in a run. */
  arrived(length, run) {
    if (!this.#options.figures) return this.#take(run);
    const elapsed = performance.now() - run.startedAt;
    if (run !== this.#run) {
      this.#firstMs = elapsed;
      this.#bars?.element.remove();
      this.#bars = new Bars();
      this.element.prepend(this.#bars.element);
    }
    this.#bars.add(elapsed, length);
    return this.#take(run);
  }

  #take(run) {
    this.#run = run;
    this.#result = undefined;
  }

  ended(result) {
    this.#result = result;
  }

  /** Of an answer that is so long by now. */
  show(length) {
    const { counts, figures, texts, locale } = this.#options;
    if (!length || !(counts || figures)) return;
    this.element.hidden = false;
    const run = this.#run;
    const words = [];
    const put = (text, value, unit) => value > 0 && words.push(filled(text, { count: numbers(locale, unit).format(value) }));
    put(texts.characters, length);
    put(texts.chunks, run?.chunks);
    if (figures && run) this.#putTimes(put, texts);
    const shown = words.join(" · ");
    if (this.#words.textContent !== shown) this.#words.textContent = shown;
  }

  #putTimes(put, texts) {
    const { metrics, usage } = this.#result ?? {};
    put(texts.firstText, (metrics?.timeToFirstChunkMs ?? this.#firstMs) / 1000, "second");
    put(texts.duration, metrics?.durationMs / 1000, "second");
    put(texts.rate, metrics?.charsPerSecond);
    put(texts.tokensIn, usage?.inputTokens);
    put(texts.tokensOut, usage?.outputTokens);
  }
}

class Bars {
  #path = shape("path");
  #chars = new Array(PLACES).fill(0);
  #placeMs = FIRST_PLACE_MS;
  #used = 0;
  element = shape("svg", { class: "bars", part: "bars", viewBox: "0 0 120 16", "aria-hidden": "true", preserveAspectRatio: "none" }, this.#path);

  add(elapsedMs, chars) {
    while (elapsedMs >= this.#placeMs * PLACES) this.#halve();
    const place = Math.max(0, Math.floor(elapsedMs / this.#placeMs));
    this.#chars[place] += chars;
    this.#used = Math.max(this.#used, place + 1);
    const most = Math.max(...this.#chars);
    const bar = (count, at) => `M${at + 0.5} 16v${(count ? -2 - (14 * count) / most : -0.5).toFixed(1)}`;
    this.#path.setAttribute("d", this.#chars.slice(0, this.#used).map(bar).join(""));
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
