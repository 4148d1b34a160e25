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

/** A <time> of that instant; empty where it is not known. */
export const timeOf = (at, locale) => setTime(element("time", { part: "time", dir: "auto" }), at, locale);

export function setTime(node, at, locale) {
  const date = new Date(at ?? NaN);
  if (Number.isNaN(date.getTime()) || node.dateTime === date.toISOString()) return node;
  node.dateTime = date.toISOString();
  node.textContent = formatOf(locale, date.toDateString() === new Date().toDateString()).format(date);
  return node;
}
