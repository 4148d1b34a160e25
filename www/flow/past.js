// What has run, as a table.
import { element } from "../common/dom.js";
import { duration } from "../common/duration.js";

const WORDS = { completed: "done", failed: "failed", aborted: "stopped" };
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

function rowOf({ step, startedAt, durationMs, status, error }, isInner, asks) {
  const time = element("time", { datetime: startedAt }, clock.format(new Date(startedAt)));
  const end = element("td", { class: status, title: error }, asks && status === "completed" ? "asked" : WORDS[status]);
  return element("tr", {}, element("th", { scope: "row", class: isInner && "inner" }, step), element("td", {}, time), element("td", {}, duration(durationMs)), end);
}

export class Past {
  #section;

  constructor(section) {
    this.#section = section;
  }

  /** `questions` are the names of the steps that ask the user. */
  show(history, questions) {
    const rows = history.flatMap((record) => [rowOf(record, false, questions.has(record.step)), ...(record.steps ?? []).map((inner) => rowOf(inner, true))]);
    this.#section.querySelector("tbody").replaceChildren(...rows);
    this.#section.hidden = rows.length === 0;
  }
}
