// When something was said, as a reader of the page would write it.
import { element } from "./dom.js";

const formats = new Map();

function formatOf(locale, isToday) {
  const key = `${locale} ${isToday}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }));
  return formats.get(key);
}

/** The language of what `node` stands in, if the browser knows it; otherwise its own. */
export function localeOf(node) {
  const [locale] = supported(node.closest("[lang]")?.lang);
  return locale;
}

function supported(language) {
  try {
    return language ? Intl.DateTimeFormat.supportedLocalesOf(language) : [];
  } catch {
    return [];
  }
}

/** A <time>, or nothing where it is not known. */
export function timeOf(at, locale) {
  const date = new Date(at ?? NaN);
  if (Number.isNaN(date.getTime())) return undefined;
  const isToday = date.toDateString() === new Date().toDateString();
  return element("time", { datetime: date.toISOString(), part: "time" }, formatOf(locale, isToday).format(date));
}
