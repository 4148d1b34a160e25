// The element's style sheet: one for all elements, and constructed, which the strictest content security policy allows.
import attachments from "../css/attachments.css";
import base from "../css/base.css";
import below from "../css/below.css";
import composer from "../css/composer.css";
import conversations from "../css/conversations.css";
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

let sheet;

export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    // The preferences of the reader go before the rest.
    const sheets = [
      base,
      transcript,
      text,
      fold,
      below,
      figures,
      editing,
      status,
      composer,
      queue,
      attachments,
      suggestions,
      conversations,
      launcher,
      preferences,
      print,
    ];
    sheet.replaceSync(sheets.join(""));
  }
  return sheet;
}
