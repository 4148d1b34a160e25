// The playground: what is chosen here is put on the element, and into the tag to copy.
import { copyButton } from "../common/copy.js";
import { element } from "../common/dom.js";
import { ATTRIBUTES, FIXED, STYLES, tagOf } from "./options.js";

const SCRIPT = '<script type="module" src="https://cdn.jsdelivr.net/npm/refinire-web/chat.js"></script>';

const byId = (id) => document.getElementById(id);
const chat = document.querySelector("refinire-chat");
const form = byId("options");

function attributeRow({ name, says, value, on }) {
  const id = `has-${name}`;
  const row = element("div", { class: "option" },
    element("input", { type: "checkbox", id, name, checked: Boolean(on) }),
    element("label", { for: id }, element("code", {}, name), " ", element("span", {}, says)));
  if (value !== undefined) row.append(element("input", { type: "text", name: `${name}-value`, value, "aria-label": `${name}: value`, spellcheck: "false" }));
  return row;
}

function styleRow({ name, says, unit, ...input }) {
  return element("label", { class: "style" }, says, element("input", { name, ...input }));
}

function chosenAttributes() {
  const chosen = { ...FIXED };
  for (const { name, value } of ATTRIBUTES) {
    if (form.elements[name].checked) chosen[name] = value === undefined ? "" : form.elements[`${name}-value`].value;
  }
  return chosen;
}

/** Only what differs from the default, as a page would write it. */
function chosenStyles() {
  return STYLES.flatMap(({ name, value, unit = "" }) => {
    const chosen = form.elements[name].value;
    return chosen === String(value) ? [] : [[name, chosen + unit]];
  });
}

function apply() {
  const attributes = chosenAttributes();
  for (const { name } of ATTRIBUTES) {
    if (!(name in attributes)) chat.removeAttribute(name);
    else if (chat.getAttribute(name) !== attributes[name]) chat.setAttribute(name, attributes[name]);
  }
  const styles = chosenStyles();
  for (const { name } of STYLES) chat.style.removeProperty(name);
  for (const [name, value] of styles) chat.style.setProperty(name, value);
  chat.style.colorScheme = form.elements.scheme.value;
  chat.dir = form.elements.dir.value;
  for (const { name, value } of ATTRIBUTES) if (value !== undefined) form.elements[`${name}-value`].hidden = !(name in attributes);
  const text = `${SCRIPT}\n\n${tagOf(attributes, styles.map(([name, value]) => `${name}: ${value}`).join("; "))}`;
  byId("tag").textContent = text;
  byId("copy").replaceChildren(copyButton(text));
}

byId("attributes").append(...ATTRIBUTES.map(attributeRow));
byId("styles").append(...STYLES.map(styleRow));
for (const [name, value] of Object.entries(FIXED)) chat.setAttribute(name, value);
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
apply();
