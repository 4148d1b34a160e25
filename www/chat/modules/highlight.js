// highlight.js as a hook of <refinire-chat>. It makes HTML: only its spans and its text are taken from it, as nodes.
import css from "./highlight.css";

// Longer code is shown as it is: highlighting takes a tenth of a second for each 100 KB.
const LONGEST = 100_000;

const PIECES = /<span class="([\w -]*)">|<\/span>|&(\w+|#x27);|[^<&]+|[<&]/g;
const LETTERS = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };

/** `chat.highlight = highlight(hljs)`. */
export function highlight(hljs) {
  const hook = (code, language) => {
    if (!hljs.getLanguage(language) || code.length > LONGEST) return undefined;
    return nodesOf(hljs.highlight(code, { language, ignoreIllegals: true }).value);
  };
  hook.styleSheet = new CSSStyleSheet();
  hook.styleSheet.replaceSync(css);
  return hook;
}

function nodesOf(html) {
  const root = document.createDocumentFragment();
  const open = [root];
  for (const [piece, name, letter] of html.matchAll(PIECES)) {
    if (piece === "</span>") {
      if (open.length > 1) open.pop();
    } else if (name === undefined) open.at(-1).append(LETTERS[letter] ?? piece);
    else {
      const span = document.createElement("span");
      span.className = name;
      open.at(-1).append(span);
      open.push(span);
    }
  }
  return root;
}
