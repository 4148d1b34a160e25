// Code in a few colours: comments, strings, words of the language, numbers. What is none of them stays as it is.
import { element } from "../common/dom.js";

const STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/;
const NUMBER = /\b\d[\d_.]*\b/;

const LANGUAGES = {
  js: {
    comment: /\/\/.*|\/\*[^]*?\*\//,
    string: STRING,
    keyword: /\b(?:as|async|await|break|catch|class|const|default|else|export|finally|for|from|function|if|import|let|new|of|return|throw|try|while)\b/,
    number: NUMBER,
  },
  py: {
    comment: /#.*/,
    string: STRING,
    keyword: /\b(?:as|async|await|class|def|else|except|for|from|if|import|in|return|try|with|yield)\b/,
    number: NUMBER,
  },
};

/** [kind, text] of each piece, in order; the kind of what is nothing in particular is undefined. */
export function* pieces(code, language) {
  const kinds = Object.entries(LANGUAGES[language] ?? {});
  if (kinds.length === 0) return yield [undefined, code];
  const pattern = new RegExp(kinds.map(([kind, { source }]) => `(?<${kind}>${source})`).join("|"), "g");
  let done = 0;
  for (const { 0: text, index, groups } of code.matchAll(pattern)) {
    if (index > done) yield [undefined, code.slice(done, index)];
    yield [Object.keys(groups).find((kind) => groups[kind] !== undefined), text];
    done = index + text.length;
  }
  if (done < code.length) yield [undefined, code.slice(done)];
}

/** Nodes that say exactly `code`. */
export const highlight = (code, language) =>
  Array.from(pieces(code, language), ([kind, text]) => (kind ? element("span", { class: kind }, text) : text));
