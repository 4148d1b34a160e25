// Buttons under a message.
import { element } from "./dom.js";
import { icon } from "./icons.js";

/** A button with an icon; `name` is a word of the texts, and what the transcript is told. */
export const actionButton = (texts, name, symbol) =>
  element("button", { type: "button", class: "quiet", part: name, "data-action": name, "aria-label": texts[name], title: texts[name] }, icon(symbol));
