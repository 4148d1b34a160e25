// An attachment as its reader sees it: a thumbnail, or its name and size.
import { element, icon, linkTarget } from "../shared.js";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** In the largest unit that gives at least 1. */
export function sizeText(bytes, locale) {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const options = { style: "unit", unit: UNITS[unit], unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(locale, options).format(bytes / 1000 ** unit);
}

/** `load(attachment)` gives its bytes, or undefined where they are not stored any more; now or later. */
export function attachmentView(attachment, { texts, locale }, load) {
  const { mediaType, name, size, url } = attachment;
  const view = element("span", { class: "attachment", part: "attachment" }, ...named(name || url || texts.attachment, url));
  if (url) return view;
  if (size !== undefined) view.append(element("small", { dir: "auto" }, sizeText(size, locale)));
  const isImage = mediaType.startsWith("image/");
  // Only a thumbnail needs the bytes now; of a message it is worth knowing that they are gone.
  if (isImage || attachment.id) draw(view, attachment, isImage, texts, load).catch(reportError);
  return view;
}

/** The same in a list from which it can be removed; `remove()` is called for that. */
export function attachmentRow(attachment, options, load, remove) {
  const { texts } = options;
  const words = `${texts.removeAttachment}: ${attachment.name || attachment.url || texts.attachment}`;
  return element("li", {}, attachmentView(attachment, options, load),
    element("button", { type: "button", class: "quiet", "aria-label": words, title: words, click: remove }, icon("cross")));
}

function named(name, url) {
  const href = url && linkTarget(url);
  const words = href ? element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", dir: "auto" }, name) : element("span", { class: "preview", dir: "auto" }, name);
  return [icon("file"), words];
}

async function draw(view, attachment, isImage, texts, load) {
  const blob = await load(attachment);
  if (!blob) view.append(element("small", { class: "gone" }, texts.attachmentGone));
  else if (isImage) showThumbnail(view, blob, attachment.name || texts.attachment);
}

/** The address of the bytes is only needed until they are read. */
function showThumbnail(view, blob, name) {
  const src = URL.createObjectURL(blob);
  const image = element("img", {
    alt: name,
    title: name,
    load: () => {
      URL.revokeObjectURL(src);
      view.classList.add("image");
      view.replaceChildren(image);
    },
    // No image after all, or none that the page's policy allows: the name stays.
    error: () => URL.revokeObjectURL(src),
  });
  image.src = src;
}
