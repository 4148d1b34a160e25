// The row of figures below an answer.
import { element, svg } from "./dom.js";
import { Pulse } from "./pulse.js";
import { figures } from "./stats.js";

export class Facts {
  #pulse = new Pulse();
  #path = svg("path");
  #list = element("dl");
  #values = new Map();
  element = element("div", { class: "facts", hidden: true },
    svg("svg", { class: "pulse", viewBox: "0 0 120 16", "aria-hidden": "true", preserveAspectRatio: "none" }, this.#path),
    this.#list);

  arrived(elapsedMs, chars) {
    this.#pulse.add(elapsedMs, chars);
    this.#path.setAttribute("d", this.#pulse.path());
  }

  show(counts, usage) {
    this.element.hidden = false;
    for (const [label, value] of figures(counts, usage)) {
      let shown = this.#values.get(label);
      if (!shown) {
        shown = element("dd");
        this.#values.set(label, shown);
        this.#list.append(element("div", { "data-figure": label }, element("dt", {}, label), shown));
      }
      if (shown.textContent !== value) shown.textContent = value;
    }
  }

  add(button) {
    this.element.hidden = false;
    this.element.append(button);
  }
}
