// Prints what the entry of the package loads, gzipped, and fails above the budget; what is loaded when it is asked for is beside it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { die, entryFiles, root } from "./lib.mjs";

const budget = 60 * 1024;

const pkg = join(root, "pkg");
const files = entryFiles();
const later = readdirSync(pkg).filter((file) => /\.(js|wasm)$/.test(file) && !files.includes(file) && file !== "chat.js");

const rowsOf = (files) => files.map((file) => {
  const bytes = readFileSync(join(pkg, file));
  return [file, bytes.length, gzipSync(bytes, { level: 9 }).length];
});
const sum = (rows, column) => rows.reduce((sum, row) => sum + row[column], 0);
const print = (...cells) => console.log(cells.map((cell, i) => (i ? cell.toLocaleString("en").padStart(10) : cell.padEnd(28))).join(""));
const printAll = (files, name) => {
  const rows = rowsOf(files);
  rows.forEach((row) => print(...row));
  print(name, sum(rows, 1), sum(rows, 2));
  return sum(rows, 2);
};

print("", "bytes", "gzip");
const zipped = printAll(files, "all the entry loads");
print("budget", "", budget);
printAll(later, "loaded when asked for");
// On top, for pages with the element.
printAll(["chat/element.js"], "the chat element");
if (zipped > budget) die(`the package is ${zipped - budget} bytes over the budget of ${budget} bytes gzipped`);
