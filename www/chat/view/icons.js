// The icons: drawings in a square of 16 by 16.
import { shape } from "./dom.js";

const PATHS = {
  again: "M13 4v3.5H9.5M12.7 7.3A5 5 0 1 0 13 9.5",
  check: "M3.5 8.5 6.5 11.5 12.5 4.5",
  copy: "M6 6h7v7H6zM3 10V3h7",
  down: "M8 3v10M3.5 8.5 8 13l4.5-4.5",
  edit: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7 11.3 7",
  go: "M4 3.5 12 8l-8 4.5z",
  stop: "M4.5 4.5h7v7h-7z",
  up: "M8 13V3M3.5 7.5 8 3l4.5 4.5",
};

/** Adds those of a part that was loaded later: paths, by name. */
export const addIcons = (paths) => void Object.assign(PATHS, paths);

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
