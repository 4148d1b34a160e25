// Buttons under a message.
import { element } from "./dom.js";
import { icon } from "./icons.js";

const button = (texts, name, symbol, attributes) =>
  element("button", { type: "button", class: "quiet", "aria-label": texts[name], title: texts[name], ...attributes }, icon(symbol));

/** A button with an icon; `name` is a word of the texts, `action` what the transcript is told. */
export const actionButton = (texts, name, symbol, action = name) => button(texts, name, symbol, { part: name, "data-action": action });

/** One that is pressed or not. */
export const toggleButton = (texts, name, { symbol, part, click }) => button(texts, name, symbol, { part, "aria-pressed": "false", click });
