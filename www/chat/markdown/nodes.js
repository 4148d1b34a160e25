// What an answer is made of, where it is more than an element of its own name.
import { element } from "../view/dom.js";
import { icon } from "../view/icons.js";

export const picture = (target, words) => element("img", { alt: words, referrerpolicy: "no-referrer", loading: "lazy", decoding: "async", src: target });

export const link = (target, title) => element("a", { href: target, title: title || undefined, target: "_blank", rel: "noopener noreferrer" });

/** An equation as its source, until it is typeset. */
export const equation = (source) => element("span", { class: "math", dir: "ltr" }, source);

/** { block, code } of a language, which may be empty. */
export function codeBlock(language, texts) {
  const code = element("code");
  const copy = element("button", { type: "button", class: "quiet", "data-copy": true, "aria-label": texts.copyCode, title: texts.copyCode, part: "copy" }, icon("copy"));
  const pre = element("pre", { tabindex: "0", role: "group", "aria-label": language ? `${texts.code}, ${language}` : texts.code, part: "code" }, code);
  const head = element("div", { class: "head" }, element("figcaption", { class: "language" }, language || undefined), copy);
  return { block: element("figure", { class: "code", dir: "ltr", part: "code-block" }, head, pre), code };
}

/** The box of a task. */
export const taskBox = (isDone, texts) =>
  element("span", { class: "task", role: "checkbox", "aria-checked": String(isDone), "aria-disabled": "true", "aria-label": texts.task }, isDone ? "☑" : "☐");
