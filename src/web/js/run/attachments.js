// Images and files beside a question.
import { invalid, tagOf } from "../options.js";

/** What the core is told of `attachments`: `{ mediaType, name, data }`, the data in Base64, or `{ mediaType, name, url }`. */
export const packed = (attachments) => Promise.all(attachments.map(pack));

async function pack(attachment) {
  const tag = tagOf(attachment);
  if (tag === "Blob" || tag === "File") {
    const data = await base64(attachment);
    return { mediaType: attachment.type || "application/octet-stream", name: attachment.name ?? "", data };
  }
  if (tag === "URL") {
    const name = attachment.pathname.split("/").at(-1);
    return { mediaType: mediaTypeOf(name), name, url: attachment.href };
  }
  throw invalid("the input: `attachments` must be a list of Blob, File or URL");
}

// In pieces: a function takes only so many arguments.
const PIECE = 0x8000;

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

const MEDIA_TYPES = {
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  pdf: "application/pdf",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  mp4: "video/mp4",
  txt: "text/plain",
};

/** By its ending: an address says no more. */
const mediaTypeOf = (name) => MEDIA_TYPES[name.split(".").at(-1).toLowerCase()] ?? "image/jpeg";
