// What stands below the last message: a note or an error, and what can be done about it.
import { element, icon } from "./dom.js";

/** `actions` are names of texts. */
export function statusBox({ title, advice, detail, note, actions = [] }, texts) {
  const buttons = actions.map((name) => element("button", { type: "button", class: "button", part: name, "data-action": name },
    icon(name === "resume" ? "go" : name === "edit" ? "edit" : "again"), texts[name]));
  const choice = element("div", { class: "choice" }, ...buttons);
  if (note) return element("div", { class: "note", part: "note" }, element("p", { dir: "auto" }, note), choice);
  const words = [element("p", { class: "title", dir: "auto" }, title), element("p", { dir: "auto" }, advice)];
  if (detail && detail !== title) words.push(element("p", { class: "detail", dir: "auto" }, detail));
  return element("div", { class: "problem", part: "error" }, element("div", { role: "alert" }, ...words), choice);
}
