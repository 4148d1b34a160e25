// What was chosen in the settings. The key is in its field and nowhere else: it is never stored.
import { element } from "../common/dom.js";
import { destinationOf, FORMATS, formatOf, isOwn } from "../common/providers.js";

const STORED_AS = "refinire-demo.settings";

function readStored() {
  try {
    return JSON.parse(localStorage.getItem(STORED_AS)) ?? {};
  } catch {
    return {};
  }
}

function store({ format, baseUrl, model }) {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify({ format, baseUrl, model }));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function formatChoice(format, checked) {
  return element("label", { class: "format" },
    element("input", { type: "radio", name: "format", value: format.id, checked }),
    element("span", { class: "name" }, format.label),
    element("code", {}, format.path));
}

export class Settings {
  #form;
  #onChange;

  constructor(form, onChange) {
    this.#form = form;
    this.#onChange = onChange;
    const { format, baseUrl = "", model = "" } = readStored();
    form.querySelector("#formats").append(...FORMATS.map((each) => formatChoice(each, each === formatOf(format))));
    form.elements.baseUrl.value = baseUrl;
    form.elements.model.value = model;
    form.querySelector("details").open = isOwn({ baseUrl });

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.#changed());
    form.elements.standIn.addEventListener("click", () => {
      for (const name of ["baseUrl", "model", "apiKey"]) form.elements[name].value = "";
      this.#changed();
    });
    this.#changed();
  }

  get current() {
    const { format, baseUrl, model, apiKey } = this.#form.elements;
    return { format: format.value, baseUrl: baseUrl.value.trim(), model: model.value.trim(), apiKey: apiKey.value.trim() };
  }

  #changed() {
    const settings = this.current;
    const format = formatOf(settings.format);
    const { baseUrl, model, standIn } = this.#form.elements;
    const [before, after] = format.event;
    this.#form.querySelector("#event").replaceChildren(before, element("mark", {}, "Hel"), after);
    baseUrl.placeholder = format.home;
    model.placeholder = format.model;
    standIn.hidden = !isOwn(settings) && !settings.model;
    store(settings);
    this.#onChange(destinationOf(settings), settings);
  }
}
