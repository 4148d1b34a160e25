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

/** An element of SVG. */
export const shape = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** Calls act() when what is there now is on the screen, which does not wait for it. */
export const afterDrawing = (act) => setTimeout(act, 100);

/** Lengthens a node's text. One text node, so that letters that join, as in Arabic, do so. */
export function grow(node, text) {
  const last = node.lastChild;
  if (last?.nodeType === 3) last.appendData(text);
  else node.append(text);
}
