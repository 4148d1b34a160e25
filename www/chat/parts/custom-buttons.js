// The page's own buttons under an answer.
import { element } from "../shared.js";

/** `subject()` is what `run` is called with. */
export function customButton({ name, label, icon, run }, subject) {
  const press = async () => {
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    try {
      await run(subject());
    } catch (error) {
      reportError(error);
    }
    button.ariaDisabled = null;
  };
  const button = element("button", { type: "button", class: "quiet", part: "action", "data-name": name, "aria-label": label, title: label, click: press },
    icon ? icon.cloneNode(true) : label);
  return button;
}
