// Elements in one line each. Text only ever goes in as text nodes.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

export const element = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

const PATHS = {
  again: "M13 4v3.5H9.5M12.7 7.3A5 5 0 1 0 13 9.5",
  chat: "M3 3.5h10v7.5H7.5L4.5 13.5V11H3z",
  check: "M3.5 8.5 6.5 11.5 12.5 4.5",
  clip: "M12.8 7.2 7.9 12a3.2 3.2 0 0 1-4.5-4.5l5-5a2.1 2.1 0 0 1 3 3l-4.9 4.9a1 1 0 0 1-1.5-1.5L9.4 4.6",
  clock: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 5v3.2l2.2 1.3",
  cross: "M4 4l8 8M12 4l-8 8",
  copy: "M6 6h7v7H6zM3 10V3h7",
  down: "M8 3v10M3.5 8.5 8 13l4.5-4.5",
  aloud: "M3 6.2v3.6h2.4l3.1 2.7v-9L5.4 6.2zM11 5.8a3 3 0 0 1 0 4.4M12.8 4a5.6 5.6 0 0 1 0 8",
  back: "M9.5 4l-4 4 4 4",
  bad: "M11 8.5l-2.5 5c-1 0-1.7-.7-1.5-1.8l.5-2.2h-4l1-6.5H11zM13.5 8.5H11V3h2.5z",
  edit: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7 11.3 7",
  file: "M4 2h5l3.5 3.5V14H4zM9 2v3.5h3.5",
  forth: "M6.5 4l4 4-4 4",
  go: "M4 3.5 12 8l-8 4.5z",
  good: "M5 7.5l2.5-5c1 0 1.7.7 1.5 1.8l-.5 2.2h4l-1 6.5H5zM2.5 7.5H5V13H2.5z",
  list: "M3 4.5h10M3 8h10M3 11.5h6",
  microphone: "M8 2a2 2 0 0 1 2 2v3.5a2 2 0 0 1-4 0V4a2 2 0 0 1 2-2zM4 7.5a4 4 0 0 0 8 0M8 11.5V14",
  plus: "M8 3v10M3 8h10",
  save: "M8 3v7M5 7.5l3 3 3-3M3.5 13h9",
  stop: "M4.5 4.5h7v7h-7z",
  up: "M8 13V3M3.5 7.5 8 3l4.5 4.5",
};

/** An element of SVG. */
export const shape = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

export const icon = (name) => shape("svg", { "aria-hidden": "true", class: "icon" }, shape("use", { href: `#icon-${name}` }));

/** What the icons of a shadow show. `own` are drawings of the page, by name. */
export function drawings(own) {
  return Object.entries(PATHS).map(([name, d]) => shape("symbol", { id: `icon-${name}`, viewBox: "0 0 16 16" }, copyOf(own[name]) ?? shape("path", { d })));
}

function copyOf(svg) {
  const copy = svg?.cloneNode(true);
  for (const side of ["width", "height"]) copy?.setAttribute(side, "100%");
  return copy;
}

/** Lengthens a node's text. One text node, so that letters that join, as in Arabic, do so. */
export function grow(node, text) {
  const last = node.lastChild;
  if (last?.nodeType === 3) last.appendData(text);
  else node.append(text);
}
