// Takes out of a module what a plain run does not need, and makes a second module of it that is loaded when it is first
// asked for. Both have one memory, one table and one stack; the second takes all that from what the first exports.
//
// What is called from the first leaves a stub there, which calls through a slot of the table. The slot is empty until the
// second module has been instantiated: a call before that ends in a trap, so JavaScript loads it first (`more` in
// src/web/js/module.js).
import binaryen from "binaryen";
import { allFunctions, calleesOf, isOne } from "./functions.mjs";
import { die } from "./lib.mjs";

/** What is cut out: these functions, and whatever only they call. A trait's method may be one, a function of `#[wasm_bindgen]`, too. */
const CUTS = [
  // What `agent.resume` and `continueOnCut` need.
  /^<?refinire_web::agent::overlap::/,
];

/** What begins the names of the exports that are for the second module alone. */
const OWN = "more ";

/** The module that the second imports from: the first one's exports. JavaScript gives them by this name. */
const FIRST = "$";

const FUNCTION = 0;

/** Cuts the module, which keeps the first half; gives the second. */
export function split(module, cuts = CUTS) {
  const all = new Map(allFunctions(module).map((one) => [one.id, { ...one, callees: one.module ? [] : calleesOf(one) }]));
  for (const cut of cuts) {
    if (![...all.values()].some(({ module, name }) => !module && cut.test(name))) die(`nothing of the module is called ${cut}, which is to be cut out of it`);
  }
  const table = readTable(module);
  const exported = exportsOf(module);
  const staying = reachedFrom([...table.functions.values(), ...exported.keys(), ...startOf(module)], all, cuts);
  const moved = [...all.values()].filter(({ id }) => !staying.has(id));
  const isMoved = new Set(moved.map(({ id }) => id));

  const more = new binaryen.Module();
  more.setFeatures(module.getFeatures());
  const nameOf = (id, add) => {
    if (!exported.has(id)) module[add](id, OWN + id);
    return exported.get(id) ?? OWN + id;
  };
  for (const { id, params, results, vars, body } of moved) more.addFunction(id, params, results, vars, more.copyExpression(body));
  more.addMemoryImport("0", FIRST, "memory");
  for (const { name, type, mutable } of globalsOf(module, moved)) {
    module.addGlobalExport(name, OWN + name);
    more.addGlobalImport(name, FIRST, OWN + name, type, mutable);
  }
  for (const id of new Set(moved.flatMap(({ callees }) => callees))) {
    if (isMoved.has(id)) continue;
    const { params, results } = all.get(id);
    more.addFunctionImport(id, FIRST, nameOf(id, "addFunctionExport"), params, results);
  }

  const called = new Set([...exported.keys(), ...[...staying].flatMap((id) => all.get(id).callees)]);
  const slots = new Map([...table.functions].map(([slot, id]) => [id, slot]).filter(([id]) => isMoved.has(id)));
  for (const { id, params, results } of moved) {
    module.removeFunction(id);
    if (!called.has(id)) continue;
    if (!slots.has(id)) slots.set(id, table.size++);
    const operands = binaryen.expandType(params).map((type, local) => module.local.get(local, type));
    module.addFunction(id, params, results, [], module.call_indirect(table.name, module.i32.const(slots.get(id)), operands, params, results));
  }
  writeTable(module, table, isMoved);
  module.addTableExport(table.name, OWN + table.name);
  more.addTableImport(table.name, FIRST, OWN + table.name);
  addSegments(more, table.name, new Map([...slots].map(([id, slot]) => [slot, id])));
  if (!module.validate() || !more.validate()) die("a half of the module is none after it was cut");
  return more;
}

/** The ids of what is reached from some, those included, without the cuts. */
function reachedFrom(ids, all, cuts) {
  const reached = new Set();
  const add = (id) => {
    const { module, name, callees } = all.get(id);
    if (reached.has(id) || (!module && isOne(name, cuts))) return;
    reached.add(id);
    callees.forEach(add);
  };
  ids.forEach(add);
  // What is imported stays where it is, whoever calls it.
  for (const { id, module } of all.values()) if (module) reached.add(id);
  return reached;
}

/** The names of the exported functions, by their ids. */
function exportsOf(module) {
  const infos = Array.from({ length: module.getNumExports() }, (_, place) => binaryen.getExportInfo(module.getExportByIndex(place)));
  return new Map(infos.filter(({ kind }) => kind === FUNCTION).map(({ name, value }) => [value, name]));
}

const startOf = (module) => (module.getStart() ? [binaryen.getFunctionInfo(module.getStart()).name] : []);

/** The globals that those functions use. */
function globalsOf(module, functions) {
  const names = functions.flatMap(({ body }) => Array.from(binaryen.emitText(body).matchAll(/\(global\.[gs]et \$([^\s()]+)/g), ([, name]) => name));
  return Array.from(new Set(names), (name) => binaryen.getGlobalInfo(module.getGlobal(name)));
}

/** The table that functions are called through: the ids by their slots. */
function readTable(module) {
  const segments = Array.from({ length: module.getNumElementSegments() }, (_, place) => binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(place)));
  const names = new Set(segments.map(({ table }) => table));
  if (names.size !== 1) die("the module calls its functions through more than one table, or through none");
  const [name] = names;
  const slots = segments.flatMap(({ offset, data }) => data.map((id, place) => [binaryen.getExpressionInfo(offset).value + place, id]));
  return { name, size: binaryen.getTableInfo(module.getTable(name)).initial, segments, functions: new Map(slots) };
}

/** Makes the table as large as it is now, with empty slots for what was moved. */
function writeTable(module, { name, size, segments, functions }, isMoved) {
  for (const segment of segments) module.removeElementSegment(segment.name);
  module.removeTable(name);
  module.addTable(name, size, size);
  addSegments(module, name, new Map([...functions].filter(([, id]) => !isMoved.has(id))));
}

/** Fills slots, with a segment for each row of them. */
function addSegments(module, table, functions) {
  const rows = [];
  for (const [slot, id] of [...functions].sort(([one], [other]) => one - other)) {
    const last = rows.at(-1);
    if (last && last.slot + last.ids.length === slot) last.ids.push(id);
    else rows.push({ slot, ids: [id] });
  }
  rows.forEach(({ slot, ids }, place) => module.addActiveElementSegment(table, `row${place}`, ids, module.i32.const(slot)));
}
