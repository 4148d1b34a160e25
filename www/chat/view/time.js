// When something was said, as a reader of the page would write it.
import { afterDrawing, element } from "./dom.js";

const formats = new Map();

function formatOf(locale, isToday) {
  const key = `${locale} ${isToday}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }));
  return formats.get(key);
}

/** The language of the text around `node`, as `lang` says; undefined if it says none. Formats use the browser's language if they do not
 *  know it. */
export function localeOf(node) {
  try {
    return Intl.getCanonicalLocales(node.closest("[lang]")?.lang || [])[0];
  } catch {
    // No language tag.
    return undefined;
  }
}

/** A <time> of that instant; empty where it is not known. */
export const timeOf = (at, locale) => setTime(element("time", { part: "time", dir: "auto" }), at, locale);

export function setTime(node, at, locale) {
  // Null where it is no date.
  const instant = new Date(at ?? NaN).toJSON();
  if (!instant || node.dateTime === instant) return node;
  node.dateTime = instant;
  const write = () => {
    const date = new Date(node.dateTime);
    node.textContent = formatOf(locale, date.toDateString() === new Date().toDateString()).format(date);
  };
  // The first format takes a browser tens of milliseconds.
  if (formats.size > 0) write();
  else afterDrawing(write);
  return node;
}
