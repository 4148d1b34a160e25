// The functions of a module, as binaryen tells of them.
import binaryen from "binaryen";

/** All of them, those that are imported as well: `id` is binaryen's name, `name` the one without the hashes of crates. */
export function allFunctions(module) {
  const infos = Array.from({ length: module.getNumFunctions() }, (_, place) => binaryen.getFunctionInfo(module.getFunctionByIndex(place)));
  return infos.map((info) => ({ ...info, id: info.name, name: plain(info.name) }));
}

/** The module's own. */
export const functions = (module) => allFunctions(module).filter((info) => !info.module);

/** The ids of those that a function calls or names. */
export function calleesOf({ body }) {
  const named = binaryen.emitText(body).matchAll(/\((?:(?:return_)?call|ref\.func) \$(?:"([^"]*)"|([^\s()]+))/g);
  return Array.from(named, ([, quoted, bare]) => unescaped(quoted ?? bare));
}

/** Binaryen writes some characters of a name as \xx. */
const unescaped = (name) => name.replace(/\\([0-9a-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));

export const plain = (name) => unescaped(name).replace(/\[[0-9a-f]+\]/g, "");

export const isOne = (name, patterns) => patterns.some((pattern) => pattern.test(name));
