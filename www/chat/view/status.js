// What stands below the last message: a note or an error, and what can be done about it.
import { filledWithTime } from "../text/duration.js";
import { element } from "./dom.js";
import { icon } from "./icons.js";

const ICONS = { resume: "go", edit: "edit", retry: "again" };

/** `actions` are names of texts; `until` is when asking again makes sense, in milliseconds. */
export function statusBox({ title, advice, detail, note, isWarning, actions = [], until }, { texts, locale, hidesDetails }) {
  const buttons = actions.map((name) => action(name, texts, locale, name === "retry" ? until : undefined));
  const choice = element("div", { class: "choice" }, ...buttons);
  if (note) return element("div", { class: isWarning ? "note warning" : "note", part: "note" }, element("p", { dir: "auto" }, note), choice);
  const words = element("div", { role: "alert" }, element("p", { class: "title", dir: "auto" }, title), element("p", { dir: "auto" }, advice));
  const hasDetails = detail && detail !== title && !hidesDetails;
  const details = hasDetails ? element("details", { class: "details", part: "details" },
    element("summary", {}, texts.details), element("p", { class: "detail", dir: "auto" }, detail)) : undefined;
  return element("div", { class: "problem", part: "error" }, element("div", { class: "words" }, words, details), choice);
}

function action(name, texts, locale, until) {
  const label = element("span", {}, texts[name]);
  const button = element("button", { type: "button", class: "button", part: name, "data-action": name }, icon(ICONS[name]), label);
  if (until) countDown(button, label, until, (left) => filledWithTime(texts.retryIn, left, locale));
  return button;
}

/** The button waits until then, and says for how long; one that has left the page is let go. */
function countDown(button, label, until, words) {
  const before = label.textContent;
  const tick = () => {
    const left = until - Date.now();
    button.disabled = left > 0;
    label.textContent = left > 0 ? words(left) : before;
    return left;
  };
  const next = (left) => left > 0 && setTimeout(() => button.isConnected && next(tick()), left % 1000 || 1000);
  next(tick());
}
