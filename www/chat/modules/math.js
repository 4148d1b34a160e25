// KaTeX as a hook of <refinire-chat>: equations as MathML, which needs neither KaTeX's style sheet nor its fonts.

// What a model writes may neither warn in the page's console nor take its whole width.
const DEFAULTS = { output: "mathml", throwOnError: true, strict: "ignore", maxSize: 50 };

/** `chat.math = math(katex)`. `options` are KaTeX's. */
export const math = (katex, options = {}) => (tex, isBlock) => {
  const root = document.createElement("span");
  try {
    katex.render(tex, root, { ...DEFAULTS, ...options, displayMode: isBlock, trust: false });
  } catch (error) {
    // It stays as it was written.
    if (error?.name === "ParseError") return undefined;
    throw error;
  }
  return root;
};
