// A button that copies a text.
import { element } from "./dom.js";

export function copyButton(text) {
  const button = element("button", { type: "button", class: "quiet copy" }, "Copy");
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    button.textContent = copied ? "Copied" : "Not allowed";
  });
  return button;
}
