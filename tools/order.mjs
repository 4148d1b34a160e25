// Orders the functions of a module, and numbers their locals, so that gzip finds much of a function in those before it.
import { deflateRawSync, gzipSync } from "node:zlib";
import binaryen from "binaryen";
import { die } from "./lib.mjs";
import { mapSections, Reader, sections } from "./wasm.mjs";

const TYPES = 1;
const FUNCTIONS = 3;
const CODE = 10;

/** How far back deflate looks. */
const WINDOW = 32_506;

/**
 * How long the pieces are by which functions are found to be alike, and how much less a piece says that more of them have:
 * found by trying. The better of the two is taken.
 */
const MEASURES = [{ length: 7, rarity: 1 / 2 }, { length: 8, rarity: 1 / 3 }];

/** How many functions or short rows of them are moved elsewhere to see whether that is smaller. */
const MOVES = 1_000;

/** The module in binary form, its functions in another order and their locals with other numbers. */
export function ordered(module) {
  const functions = read(module.emitBinary());
  const starts = MEASURES.map((measure) => {
    const order = byLikeness(functions, measure).map((place) => functions[place]);
    return numbered(order, order.map(({ locals }) => Array.from({ length: locals }, (_, local) => local)));
  });
  const best = starts.reduce((one, other) => (zipped(other) < zipped(one) ? other : one));
  const order = moved(best);

  reorder(module, order.map(({ place }) => place));
  const bytes = module.emitBinary();
  // The calls have other numbers now, and are taken into account once more.
  const last = numbered(read(bytes), order.map(({ numbers }) => numbers));
  let place = 0;
  return mapSections(bytes, {
    [CODE]: (reader, writer) => {
      reader.skip(reader.number());
      const { body } = last[place++];
      writer.number(body.length).raw(body);
    },
  });
}

/** The functions, in their order: the body, the groups of locals with exchangeable numbers, and where locals are named. */
function read(bytes) {
  const found = Object.fromEntries(Array.from(sections(bytes), ({ id, section }) => [id, section]));
  const parameters = vector(found[TYPES], (reader) => {
    if (reader.byte() !== 0x60) die("binaryen made a module with other types than functions");
    const count = reader.number();
    reader.skip(count);
    reader.skip(reader.number());
    return count;
  });
  const types = vector(found[FUNCTIONS], (reader) => reader.number());
  return vector(found[CODE], (reader, place) => {
    const size = reader.number();
    reader.skip(size);
    const body = Buffer.from(reader.bytes.subarray(reader.at - size, reader.at));
    return { place, body, original: body, ...localsOf(body, parameters[types[place]]) };
  });
}

function vector(section, entry) {
  const reader = new Reader(section, 0);
  return Array.from({ length: reader.number() }, (_, place) => entry(reader, place));
}

function localsOf(body, parameters) {
  const reader = new Reader(body, 0);
  let locals = parameters;
  const groups = Array.from({ length: reader.number() }, () => {
    const group = { from: locals, to: (locals += reader.number()) };
    reader.skip(1);
    return group;
  });
  const uses = [];
  while (reader.at < body.length) {
    const code = reader.byte();
    if (code >= 0x20 && code <= 0x22) uses.push({ at: reader.at, local: body[reader.at] });
    skipOperands(code, reader);
  }
  // Numbers of more than one byte would change the length of the body, and no function has as many locals.
  return locals > 128 ? { locals, groups: [], uses: [] } : { locals, groups, uses };
}

/** How many numbers stand behind an instruction. Those that are missing have something else there. */
const OPERANDS = new Map();
for (const [count, ...ranges] of [
  [0, [0x00, 0x01], [0x05, 0x05], [0x0b, 0x0b], [0x0f, 0x0f], [0x1a, 0x1b], [0x45, 0xc4], [0xd1, 0xd1]],
  [1, [0x02, 0x04], [0x0c, 0x0d], [0x10, 0x10], [0x12, 0x12], [0x20, 0x26], [0x3f, 0x42], [0xd0, 0xd0], [0xd2, 0xd2]],
  [2, [0x11, 0x11], [0x13, 0x13], [0x28, 0x3e]],
]) {
  for (const [first, last] of ranges) for (let code = first; code <= last; code++) OPERANDS.set(code, count);
}

function skipOperands(code, reader) {
  let count = OPERANDS.get(code);
  if (code === 0x0e) count = reader.number() + 1;
  else if (code === 0x1c) count = reader.number();
  else if (code === 0x43 || code === 0x44) count = 0 * reader.skip(code === 0x43 ? 4 : 8).at;
  else if (code === 0xfc) count = [8, 10, 12, 14].includes((code = reader.number())) ? 2 : code < 8 ? 0 : 1;
  if (count === undefined || code > 0xfc) die(`binaryen made a module with an instruction that is not known here: ${code}`);
  while (count-- > 0) reader.number();
}

/** The places of the functions, each behind those with which it shares most, of those that deflate still sees. */
function byLikeness(functions, { length, rarity }) {
  const pieces = functions.map(({ body }) => piecesOf(body, length));
  const owners = new Map();
  pieces.forEach((set, place) => set.forEach((piece) => owners.set(piece, [...(owners.get(piece) ?? []), place])));
  const shared = functions.map(() => 0);
  const seen = new Map();
  const count = (place, by) => {
    for (const piece of pieces[place]) {
      const [before, having] = [seen.get(piece) ?? 0, owners.get(piece)];
      seen.set(piece, before + by);
      if (before !== 0 && before + by !== 0) continue;
      for (const owner of having) shared[owner] += by / having.length ** rarity;
    }
  };
  const left = new Set(functions.keys());
  const size = (place) => functions[place].body.length;
  const order = [];
  let [oldest, visible] = [0, 0];
  let next = [...left].reduce((one, other) => (size(other) > size(one) ? other : one));
  while (next !== undefined) {
    order.push(next);
    left.delete(next);
    count(next, 1);
    visible += size(next);
    while (visible > WINDOW && oldest < order.length - 1) {
      count(order[oldest], -1);
      visible -= size(order[oldest++]);
    }
    const share = (place) => shared[place] / (size(place) + 20);
    next = left.size > 0 ? [...left].reduce((one, other) => (share(other) > share(one) ? other : one)) : undefined;
  }
  return order;
}

function piecesOf(body, length) {
  const pieces = new Set();
  for (let at = 0; at + length <= body.length; at++) pieces.add(body.toString("latin1", at, at + length));
  return pieces;
}

/** The functions with their locals numbered so that deflate, which has seen those before, makes least of each. */
function numbered(functions, starts) {
  let before = Buffer.alloc(0);
  return functions.map((one, place) => {
    const write = (numbers) => {
      const body = Buffer.from(one.original);
      for (const { at, local } of one.uses) body[at] = numbers[local];
      return { ...one, body, numbers, cost: deflateRawSync(body, { level: 9, dictionary: before }).length };
    };
    if (starts[place].length !== one.locals) die("binaryen gave a function other locals when it moved it");
    let best = write(starts[place]);
    for (let last; last !== best; ) {
      last = best;
      for (const { from, to } of one.groups) {
        for (let i = from; i < to; i++) {
          for (let j = i + 1; j < to; j++) {
            const numbers = [...best.numbers];
            [numbers[i], numbers[j]] = [numbers[j], numbers[i]];
            const other = write(numbers);
            if (other.cost < best.cost) best = other;
          }
        }
      }
    }
    before = Buffer.concat([before, best.body]).subarray(-WINDOW);
    return best;
  });
}

/** The functions after those of some moves, the same ones on every run, that made them smaller. */
function moved(functions) {
  let state = 1;
  const random = (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  let [best, size] = [functions, zipped(functions)];
  for (let i = 0; i < MOVES; i++) {
    const rest = [...best];
    const row = rest.splice(random(rest.length), 1 + random(random(2) ? 2 : 12));
    rest.splice(random(rest.length + 1), 0, ...row);
    const other = zipped(rest);
    if (other <= size) [best, size] = [rest, other];
  }
  return best;
}

const zipped = (functions) => gzipSync(Buffer.concat(functions.map(({ body }) => body)), { level: 9 }).length;

/** Adds the module's functions anew, in that order of their places. */
function reorder(module, order) {
  const infos = Array.from({ length: module.getNumFunctions() }, (_, place) => binaryen.getFunctionInfo(module.getFunctionByIndex(place)));
  const own = infos.filter((info) => !info.module).map((info) => ({ ...info, body: module.copyExpression(info.body) }));
  for (const { name } of own) module.removeFunction(name);
  for (const { name, params, results, vars, body } of order.map((place) => own[place])) module.addFunction(name, params, results, vars, body);
}
