// The frame of a page: the demo's bar and side, with the site's contents in it.

const ICON = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 5h18M6 10h12M9 15h6M11 20h2"/></svg>';
const LIST = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2.5 4h.01M6 4h7.5M2.5 8h.01M6 8h7.5M2.5 12h.01M6 12h7.5"/></svg>';

/** `root` leads to the site's top ("" or "../"); `contents` are groups of { title, pages: [{ title, address }] }; `next` is the page to read on. */
export function page({ title, html, root, address, contents, next }) {
  const link = (item) => `<li><a href="${root}${item.address}"${item.address === address ? ' aria-current="page"' : ""}>${item.title}</a></li>`;
  const group = ({ title: name, pages }) => `<p>${name}</p>\n<ol>\n${pages.map(link).join("\n")}\n</ol>`;
  const top = [["Docs", "index.html"], ["Reference", "reference/index.html"], ["Demo", "demo/index.html"], ["Guide", "demo/guide.html"]];
  const tops = top.map(([name, to]) => `<a href="${root}${to}"${name === "Docs" ? ' aria-current="true"' : ""}>${name}</a>`).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title === "refinire-web" ? title : `${title} · refinire-web`}</title>
  <meta name="color-scheme" content="light dark">
  <meta name="theme-color" content="#f6f8f7" media="(prefers-color-scheme: light)">
  <meta name="theme-color" content="#0f1513" media="(prefers-color-scheme: dark)">
  <link rel="icon" href="${root}demo/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="${root}demo/common/tokens.css">
  <link rel="stylesheet" href="${root}demo/common/style.css">
  <link rel="stylesheet" href="${root}site.css">
  <script type="module" src="${root}site.js"></script>
</head>
<body class="doc-page">
  <a class="skip" href="#text">Skip to the text</a>
  <div class="side">
    <header class="bar">
      <a class="brand" href="${root}index.html">${ICON}<span>refinire-web</span></a>
      <nav class="pages" aria-label="Site">
${tops}
      </nav>
      <button type="button" class="button narrow-only" popovertarget="contents">${LIST}<span class="wide-label">Contents</span></button>
    </header>
    <nav class="drawer contents" id="contents" popover aria-label="Contents">
      <button type="button" class="button close narrow-only" popovertarget="contents" popovertargetaction="hide">Done</button>
${contents.map(group).join("\n")}
    </nav>
  </div>
  <main id="text">
    <article>
${html}
    </article>
${next ? `    <p class="next"><a href="${root}${next.address}">Next: ${next.title}</a></p>\n` : ""}  </main>
</body>
</html>
`;
}
