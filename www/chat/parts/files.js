// The files of an answer: images to look at, and links to save the rest.
import { element, filled, icon, linkTarget } from "../shared.js";

const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

export class Files {
  element = element("div", { class: "files", part: "files" });
  #options;

  constructor(options) {
    this.#options = options;
  }

  add(file) {
    this.element.append(fileView(file, this.#options));
  }

  /** Adds those that are not there yet: files only ever come at the end. */
  show(files) {
    for (const file of files.slice(this.element.childElementCount)) this.add(file);
  }
}

function fileView(file, { texts, images }) {
  const { data, url, name } = file;
  const type = MEDIA_TYPE.test(file.mediaType) ? file.mediaType : "application/octet-stream";
  const isImage = type.startsWith("image/");
  const label = name || (isImage ? texts.image : texts.file);
  if (data) {
    const link = linkTo(label, { href: `data:${type};base64,${data}`, download: name || `${isImage ? "image" : "file"}.${extensionOf(type)}` });
    return element("figure", { class: "file" }, isImage ? picture(type, data, label) : undefined, link);
  }
  const target = url && linkTarget(url);
  if (!target) return element("p", { class: "gone", dir: "auto" }, filled(texts.fileGone, { name: label }));
  const link = linkTo(label, { href: target, target: "_blank", rel: "noopener noreferrer" });
  const image = images && isImage ? element("img", { alt: label, referrerpolicy: "no-referrer", loading: "lazy", decoding: "async", src: target }) : undefined;
  return element("figure", { class: "file" }, image, link);
}

const linkTo = (label, attributes) => element("a", attributes, icon("save"), element("span", { dir: "auto" }, label));

const extensionOf = (type) => type.split("/")[1].split("+")[0];

/** A canvas: a page's content security policy may allow no image from a data: or blob: address. */
function picture(type, data, label) {
  const canvas = element("canvas", { role: "img", "aria-label": label, hidden: true });
  draw(canvas, type, data).catch(() => canvas.remove());
  return canvas;
}

async function draw(canvas, type, data) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type }));
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
  canvas.hidden = false;
}
