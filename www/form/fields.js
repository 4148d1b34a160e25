// The fields of the form: what is known of each so far, and that it is final.
import { element, svg } from "../common/dom.js";

const tick = () => svg("svg", { viewBox: "0 0 16 16", class: "tick", "aria-hidden": "true" }, svg("path", { d: "m3 8.5 3.5 3.5L13 4.5" }));

const CONTROLS = {
  text: (id) => element("input", { id, name: id, type: "text" }),
  number: (id) => element("input", { id, name: id, type: "number", min: "0" }),
  date: (id) => element("input", { id, name: id, type: "date" }),
  long: (id) => element("textarea", { id, name: id, rows: "3" }),
};

class Single {
  #control;
  #isWhole;

  constructor(name, label, kind) {
    this.#control = CONTROLS[kind](name);
    this.#isWhole = kind === "date";
    this.element = element("div", { class: `slot ${kind}`, "data-name": name }, element("label", { for: name }, label, tick()), this.#control);
  }

  /** A date that is not whole yet is none. */
  show(value, isFinal) {
    if (!this.#isWhole || isFinal) this.#control.value = value ?? "";
  }

  set busy(busy) {
    this.#control.readOnly = busy;
  }
}

class List {
  #items = element("ul");

  constructor(name, label) {
    this.element = element("fieldset", { class: "slot list", "data-name": name }, element("legend", {}, label, tick()), this.#items);
  }

  show(values = []) {
    while (this.#items.childElementCount > values.length) this.#items.lastChild.remove();
    for (const [place, words] of values.entries()) {
      const item = this.#items.children[place] ?? this.#add();
      item.querySelector("span").textContent = words;
    }
  }

  #add() {
    const item = element("li", {}, element("label", {}, element("input", { type: "checkbox" }), element("span")));
    this.#items.append(item);
    return item;
  }
}

export class Fields {
  #form;
  #slots;

  constructor(form, fields) {
    this.#form = form;
    this.#slots = new Map(fields.map(({ name, label, kind }) => [name, kind === "list" ? new List(name, label) : new Single(name, label, kind)]));
    form.append(...[...this.#slots.values()].map((slot) => slot.element));
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** The value so far: what is last in it is what grows. */
  grow(value) {
    const last = Object.keys(value).at(-1);
    for (const [name, slot] of this.#slots) {
      const { classList } = slot.element;
      if (name in value && !classList.contains("final")) slot.show(value[name], false);
      classList.toggle("growing", name === last && !classList.contains("final"));
    }
  }

  settle(name, value) {
    const slot = this.#slots.get(name);
    if (!slot) return;
    slot.show(value, true);
    slot.element.classList.add("final");
    slot.element.classList.remove("growing");
  }

  clear() {
    for (const slot of this.#slots.values()) {
      slot.show(undefined, true);
      slot.element.classList.remove("final", "growing");
    }
  }

  /** While the model writes, nobody else does. */
  set busy(busy) {
    if (busy) this.#form.setAttribute("aria-busy", "true");
    else this.#form.removeAttribute("aria-busy");
    for (const slot of this.#slots.values()) {
      slot.busy = busy;
      if (!busy) slot.element.classList.remove("growing");
    }
  }
}
