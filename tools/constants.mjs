// The constants of a module: which of them its code still names, as the map that the linker wrote tells them apart.
import binaryen from "binaryen";
import { functions } from "./functions.mjs";

export const textOf = (module) => functions(module).map(({ body }) => binaryen.emitText(body)).join("\n");

/** Blanks the constants that were named by code before and are named by nothing now. */
export function forget(module, map, before, after) {
  const constants = new Constants(module, map);
  const [were, are] = [constants.reached(before), constants.reached(after)];
  constants.blank([...were].filter((object) => !are.has(object)));
}

/** Moves the constants that only the code of `rest` names out of `module`: they come into the memory with it. */
export function lend(module, rest, map) {
  const constants = new Constants(module, map);
  const own = constants.reached(textOf(module));
  const lent = [...constants.reached(textOf(rest))].filter((object) => !own.has(object));
  const segments = constants.pieces(lent).map(({ at, data }) => ({ offset: rest.i32.const(at), data, passive: false }));
  const { base, module: from } = rest.getMemoryInfo();
  rest.setMemory(0, 65536, null, segments, false, false, "0");
  rest.addMemoryImport("0", from, base);
  constants.blank(lent);
}

class Constants {
  #module;
  #segments;
  #start;
  #data;
  #objects;

  constructor(module, map) {
    this.#module = module;
    this.#segments = Array.from({ length: module.getNumDataSegments() }, (_, place) => module.getDataSegmentInfo(module.getDataSegmentByIndex(place)));
    const [{ offset, data }] = this.#segments;
    this.#start = offset;
    this.#data = new Uint8Array(data);
    this.#objects = readObjects(map, offset, this.#data);
  }

  /** What `code` names, and what that names in turn. */
  reached(code) {
    const view = new DataView(this.#data.buffer);
    // Any number may be an address: what is kept needlessly costs some bytes, what is blanked wrongly breaks the module.
    const found = new Set(Array.from(code.matchAll(/(?:i32\.const |offset=)(\d+)/g), ([, number]) => this.#objectAt(Number(number))));
    found.delete(undefined);
    for (const { at, end } of found) {
      for (let word = (at + 3) & ~3; word + 4 <= end; word += 4) {
        const object = this.#objectAt(view.getUint32(word - this.#start, true));
        if (object) found.add(object);
      }
    }
    return found;
  }

  /** Those objects, with what lies side by side in one piece. */
  pieces(objects) {
    const pieces = [];
    for (const { at, end } of objects.toSorted((one, other) => one.at - other.at)) {
      const last = pieces.at(-1);
      if (last && at <= last.end) last.end = Math.max(last.end, end);
      else pieces.push({ at, end });
    }
    return pieces.map(({ at, end }) => ({ at, data: this.#data.slice(at - this.#start, end - this.#start) }));
  }

  blank(objects) {
    const start = this.#start;
    for (const { at, end } of objects) this.#data.fill(0, at - start, end - start);
    const kept = this.#segments.map(({ offset, data, passive }) => {
      return { offset: this.#module.i32.const(offset), data: offset === start ? this.#data : new Uint8Array(data), passive };
    });
    this.#module.setMemory(this.#module.getMemoryInfo().initial, 65536, null, kept, false, false, "0");
  }

  #objectAt(address) {
    return this.#objects.find(({ at, end }) => at <= address && address < end);
  }
}

/** The constants of the program, as the linker placed them in `data`, which begins at `start`: `{ at, end }` each. */
function readObjects(map, start, data) {
  const rows = map.slice(map.search(/^.* DATA$/m)).matchAll(/^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) {9}(\S+):\(\.rodata[^)]*\)$/gm);
  const objects = Array.from(rows, ([, at, size, file]) => ({ at: parseInt(at, 16), end: parseInt(at, 16) + parseInt(size, 16), file }));
  return objects.flatMap((object) => {
    if (object.file !== "<internal>") return [object];
    // What the linker put together: texts that end with a zero.
    const texts = [];
    for (let { at } = object; at < object.end; ) {
      const end = data.indexOf(0, at - start) + start + 1;
      texts.push({ at, end });
      at = end;
    }
    return texts;
  });
}
