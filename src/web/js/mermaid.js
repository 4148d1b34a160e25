// A flow as Mermaid draws it: https://mermaid.js.org/syntax/flowchart.html

const SHAPES = { function: ["[", "]"], agent: ["([", "])"], condition: ["{", "}"], flow: ["[[", "]]"], input: ["[/", "/]"] };

/** `nodes` as a flowchart; `path`, the places of those that have run in their order, is drawn thick. */
export function mermaid(nodes, path) {
  const place = (name) => nodes.findIndex((node) => node.name === name);
  const taken = new Set(path.map((from, turn) => `${from} ${path[turn + 1]}`));
  const edges = new Map();
  const link = (from, to, label = "") => nodes[to] && edges.set(`${from} ${to}`, label && `|${quoted(label)}|`);
  nodes.forEach(({ kind, next, step, onError }, from) => {
    if (kind === "condition") {
      link(from, place(step.ifTrue), "true");
      link(from, place(step.ifFalse), "false");
    } else link(from, next === undefined ? from + 1 : place(next));
    for (const name of step.destinations ?? []) link(from, place(name), name);
    if (onError?.goto) link(from, place(onError.goto), "error");
  });
  // What context.goto() chose was declared nowhere.
  path.forEach((from, turn) => path[turn + 1] === undefined || edges.has(`${from} ${path[turn + 1]}`) || link(from, path[turn + 1]));
  const lines = ["flowchart TD", ...nodes.map((node, id) => boxOf(node, `s${id}`))];
  for (const [edge, label] of edges) {
    const [from, to] = edge.split(" ");
    lines.push(`s${from} ${taken.has(edge) ? "==>" : "-->"}${label} s${to}`);
  }
  if (path.length) lines.push("classDef taken stroke-width:4px", `class ${[...new Set(path)].map((id) => `s${id}`)} taken`);
  return lines.join("\n  ");
}

function boxOf({ name, kind, step }, id) {
  if (kind === "parallel") return [`subgraph ${id}[${quoted(name)}]`, ...step.branches.map((branch, place) => `  ${boxOf(branch, `${id}_${place}`)}`), "end"].join("\n  ");
  const [open, close] = SHAPES[kind];
  return id + open + quoted(name) + close;
}

// What has a meaning in Mermaid, or in the HTML it makes, as its code.
const quoted = (text) => `"${text.replace(/["#%&<>`\n\r]/g, (sign) => (sign === '"' ? "#quot;" : `#${sign.charCodeAt()};`))}"`;
