// A button with an icon that is pressed or not.
import { element, icon } from "../shared.js";

/** `name` is a word of the texts. */
export const toggleButton = (texts, name, { symbol, part, click }) =>
  element("button", { type: "button", class: "quiet", part, "aria-pressed": "false", "aria-label": texts[name], title: texts[name], click }, icon(symbol));
