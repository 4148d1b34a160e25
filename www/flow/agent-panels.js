// Shows what the agents write, each in a panel of its own, while it arrives.
import { element } from "../common/dom.js";

class AgentPanel {
  #section;
  #text;

  constructor(section) {
    this.#section = section;
  }

  append(text) {
    this.#begin();
    // One text node: letters that join, as in Arabic, do so within a node.
    if (this.#text.lastChild) this.#text.lastChild.appendData(text);
    else this.#text.append(text);
  }

  set title(title) {
    this.#section.querySelector("h2").textContent = title;
  }

  wait() {
    this.#section.classList.add("streaming");
    this.#section.setAttribute("aria-busy", "true");
  }

  end() {
    this.#section.classList.remove("streaming");
    this.#section.removeAttribute("aria-busy");
  }

  clear() {
    this.end();
    this.#text?.remove();
    this.#text = undefined;
  }

  #begin() {
    if (this.#text) return;
    this.#text = element("div", { class: "text", dir: "auto" });
    this.#section.append(this.#text);
  }
}

export class AgentPanels {
  #sides;
  #brief;

  /** `sides` are the panels of single steps; `brief` is for the last step, whichever that is. */
  constructor(sides, brief) {
    this.#sides = new Map(sides.map((section) => [section.dataset.step, new AgentPanel(section)]));
    this.#brief = new AgentPanel(brief);
  }

  take({ type, step, text }, isAgent) {
    if (!isAgent(step)) return;
    const panel = this.#panelOf(step);
    if (type === "step-start") panel.wait();
    else if (type === "text-delta") panel.append(text);
    else if (type === "step-finish") panel.end();
  }

  restore(texts) {
    this.clear();
    for (const [step, text] of texts) {
      const panel = this.#panelOf(step);
      panel.append(text);
      panel.end();
    }
  }

  end() {
    for (const panel of this.#all) panel.end();
  }

  clear() {
    for (const panel of this.#all) panel.clear();
    this.#brief.title = "Brief";
  }

  get #all() {
    return [...this.#sides.values(), this.#brief];
  }

  #panelOf(step) {
    const side = this.#sides.get(step);
    if (side) return side;
    this.#brief.title = step;
    return this.#brief;
  }
}
