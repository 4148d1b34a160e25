// Thumbs up and down under an answer.
import { toggleButton } from "./toggle-button.js";

export class Feedback {
  buttons;
  #values = ["up", "down"];

  /** `chosen(value)` is called with "up", "down", or undefined where a choice is taken back. */
  constructor(texts, chosen) {
    const press = (value) => ({ currentTarget }) => {
      const choice = currentTarget.getAttribute("aria-pressed") === "true" ? undefined : value;
      this.show(choice);
      chosen(choice);
    };
    const button = (value, name) => toggleButton(texts, name, { symbol: name, part: `feedback ${name}`, click: press(value) });
    this.buttons = [button("up", "good"), button("down", "bad")];
  }

  show(value) {
    for (const [at, button] of this.buttons.entries()) button.setAttribute("aria-pressed", String(value === this.#values[at]));
  }
}
