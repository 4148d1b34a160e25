// One sample: its code, and what it prints when it is run. What is shown and what is run is the same file.
import { copyButton } from "../common/copy.js";
import { element, svg } from "../common/dom.js";
import { highlight } from "./highlight.js";
import { Output } from "./output.js";

const icon = (path) => svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: path }));

export class Sample {
  #address;
  #name;
  #bar;
  #figure;
  #announce;
  #running;
  #output = new Output();
  #state = element("p", { class: "state" });
  #run = element("button", { type: "button", class: "button run", click: () => this.run() }, icon("M5 3.5v9l7-4.5z"), "Run");
  #stop = element("button", { type: "button", class: "button stop", hidden: true, click: () => this.#running?.abort() }, icon("M5 5h6v6H5z"), "Stop");

  /** `figure` holds a link to the file, and `data-run` where it can be run here. `announce` tells those who cannot see it. */
  constructor(figure, announce) {
    const link = figure.querySelector("a");
    this.#figure = figure;
    this.#address = link.href;
    this.#name = link.textContent;
    this.#bar = figure.querySelector("figcaption");
    this.#announce = announce;
    for (const button of [this.#run, this.#stop]) button.setAttribute("aria-label", `${button.textContent} ${this.#name}`);
  }

  async load() {
    const response = await fetch(this.#address);
    if (!response.ok) throw new Error(`${this.#name}: ${response.status}`);
    const code = await response.text();
    const shown = element("code", {}, ...highlight(code, this.#name.split(".").at(-1)));
    this.#figure.append(element("pre", { class: "source", tabindex: "0", role: "group", "aria-label": `${this.#name}, code` }, shown));
    this.#bar.append(copyButton(code));
    if ("run" in this.#figure.dataset) this.#bar.append(this.#run, this.#stop);
  }

  async run() {
    if (this.#running) return;
    this.#begin();
    const { signal } = this.#running;
    try {
      const { default: sample } = await import(this.#address);
      await sample({ print: this.#output.print, pane: this.#output.pane, signal });
      this.#end("Finished");
    } catch (error) {
      if (signal.aborted) this.#end("Stopped");
      else this.#fail(error);
    }
  }

  #begin() {
    this.#running = new AbortController();
    this.#output.clear();
    this.#figure.append(this.#output.element, this.#state);
    this.#show("running", element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i")), "Running");
    this.#announce(`${this.#name} is running.`);
    this.#swap(this.#run, this.#stop);
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    this.#state.scrollIntoView({ block: "nearest", behavior });
  }

  #end(words) {
    this.#running = undefined;
    this.#show(words.toLowerCase(), words);
    this.#announce(`${this.#name}: ${words.toLowerCase()}.`);
    this.#swap(this.#stop, this.#run);
  }

  #fail(error) {
    this.#end("Failed");
    const { name, code, message } = Object(error);
    const kind = [name ?? "Error", code].filter(Boolean).join(", ");
    this.#show("failed", element("strong", {}, kind), ` ${message ?? error}`);
  }

  #show(state, ...words) {
    this.#state.dataset.state = state;
    this.#state.replaceChildren(...words);
  }

  /** A button that goes away would take the focus with it. */
  #swap(from, to) {
    const hadFocus = document.activeElement === from;
    from.hidden = true;
    to.hidden = false;
    if (hadFocus) to.focus();
  }
}
