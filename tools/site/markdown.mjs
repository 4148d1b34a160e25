// Markdown to HTML: headings with anchors, code in colours, tables that scroll, links within the site.
import { posix } from "node:path";
import { Marked } from "marked";
import { pieces } from "../../www/guide/highlight.js";

const SYNTAX = { js: "js", jsx: "js", ts: "js", tsx: "js", mjs: "js", vue: "js", svelte: "js", json: "js", rust: "js", python: "py", py: "py", sh: "py" };

const escape = (text) => text.replace(/[&<>"]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character]);

/** As GitHub makes anchors. */
export const anchorOf = (heading) => heading.toLowerCase().replace(/<[^>]*>|&\w+;/g, "").replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-");

function highlighted(code, language) {
  const colour = ([kind, text]) => (kind ? `<span class="${kind}">${escape(text)}</span>` : escape(text));
  return Array.from(pieces(code, SYNTAX[language]), colour).join("");
}

/** Turns a page into { title, html }. `linkTo` maps a target, a path in the repository with its hash, to an address. */
export function render(markdown, { file, linkTo }) {
  let title;
  const target = (href) => (/^(?:[a-z]+:|#)/.test(href) ? href : linkTo(posix.join(posix.dirname(file), href)));
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        if (depth === 1) title ??= html.replace(/<[^>]*>/g, "");
        const id = anchorOf(html);
        return `<h${depth} id="${id}">${depth > 1 ? `<a class="anchor" href="#${id}">${html}</a>` : html}</h${depth}>\n`;
      },
      code({ text, lang }) {
        return `<div class="code" data-language="${escape(lang ?? "")}"><pre tabindex="0"><code>${highlighted(text, lang)}</code></pre></div>\n`;
      },
      table(token) {
        const row = (cells, tag) => `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("")}</tr>`;
        const head = token.header.some(({ text }) => text !== "") ? `<thead>${row(token.header, "th")}</thead>` : "";
        return `<div class="table"><table>${head}<tbody>${token.rows.map((cells) => row(cells, "td")).join("")}</tbody></table></div>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escape(target(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escape(target(href))}" alt="${escape(text)}">`;
      },
      html({ text }) {
        return text.replace(/<!--[^]*?-->\n?/g, "").replace(/\b(src|href)="([^"]*)"/g, (_, name, href) => `${name}="${target(href)}"`);
      },
    },
  });
  const html = marked.parse(markdown);
  return { title, html };
}
