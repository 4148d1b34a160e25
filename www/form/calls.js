// The tools as they are called: the arguments while they come, then what the page gave.
import { element } from "../common/dom.js";

const words = (output) => (typeof output === "string" ? output : JSON.stringify(output, null, 1));

export class Calls {
  #list;
  #calls = new Map();

  constructor(list) {
    this.#list = list;
  }

  /** Takes every event of a run, and shows those of tools. */
  take(event) {
    if (event.type === "tool-input-start") this.#add(event);
    else if (event.type === "tool-input-delta") this.#calls.get(event.id)?.input.append(event.text);
    else if (event.type === "tool-result") this.#end(event);
  }

  clear() {
    this.#list.replaceChildren();
    this.#calls.clear();
  }

  #add({ id, name }) {
    const input = element("span", { class: "input" });
    const item = element("li", { class: "call", "data-name": name }, element("code", {}, element("b", {}, name), " ", input));
    this.#calls.set(id, { item, input });
    this.#list.append(item);
  }

  #end({ id, output, isError }) {
    this.#calls.get(id)?.item.append(element("pre", { class: isError ? "output bad" : "output" }, words(output)));
  }
}
