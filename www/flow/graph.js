// A flow as a graph: its steps as a list, the ways between them as lines behind it.
import { element, svg } from "../common/dom.js";
import { duration } from "../common/duration.js";
import { placesOf } from "./chart.js";

const ICONS = {
  function: "M10.5 2.5c-3 0-2.3 3-2.8 5.5S7 13.5 4.5 13.5M5 7.5h5.5",
  agent: "M2.5 3.5h11v7h-6l-3 2.75V10.5h-2z",
  parallel: "M5 2.5v11M11 2.5v11",
  condition: "m8 2 6 6-6 6-6-6z",
  input: "M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8m-5 5.5c.4-2.4 2.3-3.7 5-3.7s4.6 1.3 5 3.7",
  flow: "M2.5 2.5h4v4h-4zm7 7h4v4h-4zM6.5 4.5h5v5",
};

const KINDS = { function: "function", agent: "agent", parallel: "at the same time", condition: "condition", input: "asks you", flow: "flow" };

const STATES = { running: "running", retrying: "trying again", waiting: "waits for you", done: "done", failed: "failed", stopped: "stopped", skipped: "not taken" };

const ACTIVE = ["running", "retrying", "waiting"];

// Of those that took no time worth telling.
const SOON_MS = 1;

/** What is told of a step below its name: before it runs, what kind it is. */
function statusOf(kind, state, { ms } = {}) {
  if (state === "idle") return KINDS[kind];
  if (state === "done" && kind === "input") return "answered";
  return state === "done" && ms >= SOON_MS ? `done, ${duration(ms)}` : STATES[state];
}

class Node {
  #node;
  #kind;
  #status = element("span", { class: "state" });

  constructor(node, next) {
    this.#node = node;
    const icon = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: ICONS[node.kind] }));
    this.#kind = element("span", { class: "visually-hidden" }, ` ${KINDS[node.kind]}, `);
    const then = element("span", { class: "visually-hidden" }, next.length > 0 ? `, then ${next.join(" or ")}` : "");
    const head = element("div", { class: "head" }, icon, element("div", { class: "words" }, element("b", {}, node.name), this.#kind, this.#status, then));
    this.element = element("li", { class: node.branches.length > 0 ? "node group" : "node", "data-name": node.name, "data-kind": node.kind }, head);
  }

  show(progress) {
    const { name, kind } = this.#node;
    const state = progress.stateOf(name);
    const words = statusOf(kind, state, progress.steps.get(name));
    this.element.dataset.state = state;
    this.#kind.hidden = state === "idle";
    if (this.#status.textContent !== words) this.#status.textContent = words;
    if (progress.path.at(-1) === name && ACTIVE.includes(state)) this.element.setAttribute("aria-current", "step");
    else this.element.removeAttribute("aria-current");
  }
}

export class Graph {
  #chart;
  #nodes = new Map();
  #lines;
  #list = element("ol");
  #drawing = svg("svg", { class: "ways", "aria-hidden": "true" });

  constructor(place, chart) {
    this.#chart = chart;
    const { columns, places } = placesOf(chart);
    this.#list.style.setProperty("--columns", columns);
    for (const node of chart.nodes) this.#list.append(this.#add(node, places.get(node.id)));
    this.#lines = chart.edges.map((edge) => ({ ...edge, line: svg("path"), tip: svg("path", { class: "tip" }), words: svg("text", {}, edge.label ?? "") }));
    this.#drawing.append(...this.#lines.map(({ line, tip, words }) => svg("g", {}, line, tip, words)));
    place.append(this.#drawing, this.#list);
    new ResizeObserver(() => this.#draw()).observe(this.#list);
  }

  show(progress) {
    for (const node of this.#nodes.values()) node.show(progress);
    const names = new Map(this.#chart.nodes.map(({ id, name }) => [id, name]));
    for (const { from, to, line } of this.#lines) {
      const state = progress.hasTaken(names.get(from), names.get(to)) ? "taken" : progress.isOver ? "skipped" : "idle";
      line.parentNode.dataset.state = state;
    }
  }

  #add(node, place) {
    const { nodes, edges } = this.#chart;
    const next = edges.filter(({ from }) => from === node.id).map(({ to }) => nodes.find(({ id }) => id === to).name);
    const shown = new Node(node, next);
    this.#nodes.set(node.id, shown);
    if (place) shown.element.style.gridArea = `${place.row + 1} / ${place.column + 1} / auto / span ${place.spans}`;
    if (node.branches.length > 0) shown.element.append(element("ul", {}, ...node.branches.map((branch) => this.#add(branch))));
    return shown.element;
  }

  /** Each line leaves a step below and comes to the next from above. */
  #draw() {
    const frame = this.#list.getBoundingClientRect();
    const boxOf = (id) => this.#nodes.get(id).element.getBoundingClientRect();
    for (const { from, to, line, tip, words } of this.#lines) {
      const [above, below] = [boxOf(from), boxOf(to)];
      const [x1, y1] = [above.x + above.width / 2 - frame.x, above.bottom - frame.y];
      const [x2, y2] = [below.x + below.width / 2 - frame.x, below.y - frame.y];
      const bend = (y2 - y1) * 0.75;
      line.setAttribute("d", `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2 - 2}`);
      tip.setAttribute("d", `M${x2 - 3.5} ${y2 - 5}L${x2} ${y2 - 1}L${x2 + 3.5} ${y2 - 5}`);
      words.setAttribute("x", (x1 + x2) / 2);
      words.setAttribute("y", (y1 + y2) / 2);
    }
  }
}
