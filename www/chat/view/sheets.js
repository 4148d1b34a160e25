// Style sheets: one of each for all elements, and constructed, which the strictest content security policy allows.

const sheets = new Map();

export function sheetOf(css) {
  if (!sheets.has(css)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(css, sheet);
  }
  return sheets.get(css);
}

/** Adds the styles of a part that was loaded later: behind the first sheet, so that what goes before the rest still does. */
export function addStyle(root, css) {
  root.adoptedStyleSheets.splice(1, 0, sheetOf(css));
}
