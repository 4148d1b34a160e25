// Reads nodes and edges out of `flow.show()`, and says where each node goes.

const KINDS = { "[": "function", "([": "agent", "{": "condition", "[[": "flow", "[/": "input" };
const GROUP = /^subgraph (\w+)\["(.*)"\]$/;
const NODE = /^(\w+)(\[\[|\(\[|\[\/|\[|\{)"(.*)"/;
const EDGE = /^(\w+) (?:-->|==>)(?:\|"(.*)"\|)? (\w+)$/;

const unquoted = (text) => text.replaceAll("#quot;", '"');

/** `nodes`, each with its `id`, `name` and `kind`, one of several at once with its `branches`; `edges` from node to node, with a `label` or none. */
export function readChart(text) {
  const nodes = [];
  const edges = [];
  let into = nodes;
  for (const line of text.split("\n").map((line) => line.trim())) {
    const [, group, title] = line.match(GROUP) ?? [];
    const [, id, open, name] = line.match(NODE) ?? [];
    const [, from, label, to] = line.match(EDGE) ?? [];
    if (group) nodes.push({ id: group, name: unquoted(title), kind: "parallel", branches: (into = []) });
    else if (line === "end") into = nodes;
    else if (id) into.push({ id, name: unquoted(name), kind: KINDS[open], branches: [] });
    else if (from) edges.push({ from, to, label: label && unquoted(label) });
  }
  return { nodes, edges };
}

/** The row of each node, by id: below all that lead to it. A way back leads nowhere. */
function rowsOf({ nodes, edges }) {
  const rows = new Map();
  const visit = (id, row, above) => {
    if (above.includes(id) || rows.get(id) >= row) return;
    rows.set(id, row);
    for (const { from, to } of edges) if (from === id) visit(to, row + 1, [...above, id]);
  };
  for (const { id } of nodes) if (!rows.has(id)) visit(id, rows.size && Math.max(...rows.values()) + 1, []);
  return rows;
}

const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b));

/** How many `columns` there are, and the place of each node, by id: its `row`, the `column` it begins in, and how many it `spans`. */
export function placesOf(chart) {
  const rows = rowsOf(chart);
  const inRow = (row) => chart.nodes.filter(({ id }) => rows.get(id) === row);
  const columns = [...rows.values()].map((row) => inRow(row).length).reduce((least, count) => (least * count) / divisor(least, count), 1);
  const placeOf = (node) => {
    const row = rows.get(node.id);
    const beside = inRow(row);
    const spans = columns / beside.length;
    return { row, column: beside.indexOf(node) * spans, spans };
  };
  return { columns, places: new Map(chart.nodes.map((node) => [node.id, placeOf(node)])) };
}
