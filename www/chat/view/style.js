// The style sheets: one of each for all elements, and constructed, which the strictest content security policy allows.
import attachments from "../css/attachments.css";
import base from "../css/base.css";
import below from "../css/below.css";
import composer from "../css/composer.css";
import editing from "../css/editing.css";
import figures from "../css/figures.css";
import fold from "../css/fold.css";
import launcher from "../css/launcher.css";
import preferences from "../css/preferences.css";
import print from "../css/print.css";
import queue from "../css/queue.css";
import status from "../css/status.css";
import suggestions from "../css/suggestions.css";
import text from "../css/text.css";
import transcript from "../css/transcript.css";

const sheets = new Map();

function sheetOf(css) {
  if (!sheets.has(css)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(css, sheet);
  }
  return sheets.get(css);
}

const ALWAYS = [base, transcript, text, fold, below, figures, editing, status, composer, queue, attachments, suggestions, launcher].join("");
// The reader's preferences, and print, go before the rest.
const LAST = [preferences, print].join("");

export function style(root) {
  root.adoptedStyleSheets = [ALWAYS, LAST].map(sheetOf);
}

/** Adds the styles of a part that was loaded later. */
export function addStyle(root, css) {
  root.adoptedStyleSheets.splice(-1, 0, sheetOf(css));
}
