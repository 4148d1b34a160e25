// Takes out of a module what a plain run does not need, and makes a second module of it that is loaded when it is first
// asked for. Both have one memory, one table and one stack; the second takes all that from what the first exports.
//
// What is called from the first leaves a stub there, which calls through a slot of the table. The slot is empty until the
// second module has been instantiated: a call before that ends in a trap, so JavaScript loads it first (`more` in
// src/web/js/module.js).
import binaryen from "binaryen";
import { allFunctions, calleesOf, isOne } from "./functions.mjs";
import { die } from "./lib.mjs";

/**
 * What is cut out: these functions, and whatever only they call. A trait's method may be one, a function of `#[wasm_bindgen]`,
 * too; any other has to be `#[inline(never)]`, as it may be a part of its caller otherwise.
 */
const CUTS = [
  // What `agent.resume` and `continueOnCut` need.
  /^<refinire_web::agent::overlap::Overlap>::push$/,
  /^<refinire_web::agent::overlap::Overlap>::end$/,
  /^<refinire_web::conversation::Conversation>::go_on$/,
  /^refinire_web::agent::plan::turns_to_go_on_with$/,
  /^<refinire_web::message::Usage>::plus$/,
  // Tools, answers that are JSON, attachments, what is asked again or otherwise, what is asked beside it.
  /^agent_root$/,
  /^run_(again|attach|calls|draft|put|result)$/,
  // Flows.
  /^conversation_reserve$/,
  /^<refinire_web::conversation::Conversation>::reserved_place$/,
  /^<?refinire_web::flow::/,
  /^<?refinire_web::web::flow::/,
  /^(flow_\w+|__wbg_flow_free)$/,
  /\brefinire_web::provider::schema::/,
  /^refinire_web::provider::chat::schema$/,
  /^refinire_web::provider::chat::attachments$/,
  // `maxInputTokens`.
  /^refinire_web::conversation::trim::estimate$/,
  /^refinire_web::conversation::trim::trimmed$/,
  // The wire formats but Chat Completions, which most servers speak.
  /\brefinire_web::provider::(responses|anthropic|gemini|ollama|relay|websocket)::/,
  /\brefinire_scan::wire::ndjson::/,
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
  const called = new Set([...exported.keys(), ...[...staying].flatMap((id) => all.get(id).callees)]);

  const more = secondOf(module, moved, all, exported);
  const slots = leaveStubs(module, moved, called, table);
  module.addTableExport(table.name, OWN + table.name);
  more.addTableImport(table.name, FIRST, OWN + table.name);
  addSegments(more, table.name, slots);
  if (!module.validate() || !more.validate()) die("a half of the module is none after it was cut");
  return more;
}

/** A module of those functions that imports from the first, which exports it, what they need. */
function secondOf(module, moved, all, exported) {
  const more = new binaryen.Module();
  more.setFeatures(module.getFeatures());
  const own = new Set(moved.map(({ id }) => id));
  for (const { id, params, results, vars, body } of moved) more.addFunction(id, params, results, vars, more.copyExpression(body));
  // Binaryen asks for a memory that says how large it may become.
  if (module.getMemoryInfo().max === undefined) die("the module's memory has no limit, so that its second half could not import it");
  more.addMemoryImport("0", FIRST, "memory");
  for (const { name, type, mutable } of globalsOf(module, moved)) {
    module.addGlobalExport(name, OWN + name);
    more.addGlobalImport(name, FIRST, OWN + name, type, mutable);
  }
  for (const id of new Set(moved.flatMap(({ callees }) => callees))) {
    if (own.has(id)) continue;
    const { params, results } = all.get(id);
    if (!exported.has(id)) module.addFunctionExport(id, OWN + id);
    more.addFunctionImport(id, FIRST, exported.get(id) ?? OWN + id, params, results);
  }
  return more;
}

/** Takes those functions out, and leaves a stub where one is called; gives the slots that are empty then, and what belongs there. */
function leaveStubs(module, moved, called, { name, size, segments, functions }) {
  const own = new Set(moved.map(({ id }) => id));
  const slots = new Map([...functions].filter(([, id]) => own.has(id)));
  const slotOf = new Map(Array.from(slots, ([slot, id]) => [id, slot]));
  for (const { id, params, results } of moved) {
    module.removeFunction(id);
    if (!called.has(id)) continue;
    const slot = slotOf.get(id) ?? size++;
    slots.set(slot, id);
    const operands = binaryen.expandType(params).map((type, local) => module.local.get(local, type));
    module.addFunction(id, params, results, [], module.call_indirect(name, module.i32.const(slot), operands, params, results));
  }
  for (const segment of segments) module.removeElementSegment(segment.name);
  module.removeTable(name);
  module.addTable(name, size, size);
  addSegments(module, name, new Map([...functions].filter(([, id]) => !own.has(id))));
  return slots;
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
