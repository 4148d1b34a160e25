// The element's style sheet: one for all, and constructed, which the strictest content security policy allows.
import css from "./chat.css";

let sheet;

export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}
