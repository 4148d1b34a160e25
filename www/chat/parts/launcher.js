// The button that opens the chat over a page, and the panel that it opens.
import { element, icon } from "../shared.js";

// As in launcher.css: where the panel fills the screen.
const FULL = "(max-width: 480px)";
const FINGER = "(pointer: coarse)";

export class Launcher {
  button = element("button", { type: "button", class: "launch", part: "launcher", hidden: true });
  close = element("button", { type: "button", class: "quiet", part: "close", hidden: true }, icon("cross"));
  #panel;
  #isShown = false;
  #isOpen;

  /** `toggle(isOpen)` is called when a person opens or closes it. */
  constructor(panel, toggle) {
    this.#panel = panel;
    this.button.addEventListener("click", () => toggle(!this.#isOpen));
    this.close.addEventListener("click", () => toggle(false));
    // Nobody sees where the focus is behind a panel that fills the screen.
    panel.addEventListener("focusout", ({ relatedTarget }) => {
      if (this.#isShown && relatedTarget && !panel.contains(relatedTarget) && matchMedia(FULL).matches) toggle(false);
    });
  }

  label({ chat, close }) {
    for (const [button, words] of [[this.button, chat], [this.close, close]]) {
      button.setAttribute("aria-label", words);
      button.title = words;
    }
  }

  /** Where it is closed, its button takes the focus that was in it. */
  set({ isLauncher, isOpen }) {
    const isClosed = isLauncher && this.#isShown && this.#isOpen && !isOpen;
    const hadFocus = this.#panel.contains(this.#panel.getRootNode().activeElement);
    if (isLauncher !== this.#isShown || isOpen !== this.#isOpen) this.#show(isLauncher, isOpen);
    if (isClosed && hadFocus) this.button.focus();
  }

  /** The focus goes into the open panel: to `field`, unless that would open a keyboard on the screen. */
  enter(field) {
    if (this.#isShown && this.#isOpen) (matchMedia(FINGER).matches ? this.close : field).focus();
  }

  #show(isLauncher, isOpen) {
    this.#isShown = isLauncher;
    this.#isOpen = isOpen;
    this.button.hidden = this.close.hidden = !isLauncher;
    this.button.setAttribute("aria-expanded", isOpen);
    this.button.replaceChildren(icon(isOpen ? "cross" : "chat"));
    if (isLauncher) this.#panel.setAttribute("role", "dialog");
    else this.#panel.removeAttribute("role");
  }
}
