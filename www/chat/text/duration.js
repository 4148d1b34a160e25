// How long something takes, in words.
import { filled } from "./texts.js";

/** In a text, `{time}` becomes that time with its units: seconds, and from two minutes on hours and minutes, rounded up. `{seconds}` becomes
 *  the number of seconds. */
export function filledWithTime(text, ms, locale) {
  const seconds = Math.ceil(ms / 1000);
  const minutes = Math.ceil(seconds / 60);
  const units = seconds < 120 ? [[seconds, "second"]] : [[Math.floor(minutes / 60), "hour"], [minutes % 60, "minute"]].filter(([count]) => count);
  const words = units.map(([count, unit]) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(count));
  return filled(text, { seconds, time: new Intl.ListFormat(locale, { type: "unit", style: "narrow" }).format(words) });
}
