// A button under a message.
import { element, icon } from "./dom.js";

/** A button with an icon; `name` is a word of the texts, `action` what the transcript is told. */
export function actionButton(texts, name, symbol, action) {
  return element("button", { type: "button", class: "quiet", part: name, "data-action": action ?? name, "aria-label": texts[name], title: texts[name] }, icon(symbol));
}
