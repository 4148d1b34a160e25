// How the element looks; parts that are loaded later add their own.
import base from "../css/base.css";
import composer from "../css/composer.css";
import header from "../css/header.css";
import preferences from "../css/preferences.css";
import print from "../css/print.css";
import status from "../css/status.css";
import text from "../css/text.css";
import transcript from "../css/transcript.css";
import { sheetOf } from "./sheets.js";

const ALWAYS = [base, header, transcript, text, status, composer].join("");
// The reader's preferences, and print, go before the rest.
const LAST = [preferences, print].join("");

export function style(root) {
  root.adoptedStyleSheets = [ALWAYS, LAST].map(sheetOf);
}
