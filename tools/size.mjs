// Prints what the entry of the package loads, gzipped, and fails above the budget.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { die, root } from "./lib.mjs";

const budget = 60 * 1024;
const files = ["refinire_web.js", "refinire_web_bg.wasm"];

const measure = (file) => {
  const bytes = readFileSync(join(root, "pkg", file));
  return [file, bytes.length, gzipSync(bytes, { level: 9 }).length];
};
const rows = files.map(measure);
const total = (column) => rows.reduce((sum, row) => sum + row[column], 0);
const zipped = total(2);
const print = (...cells) => console.log(cells.map((cell, i) => (i ? cell.toLocaleString("en").padStart(10) : cell.padEnd(22))).join(""));

print("", "bytes", "gzip");
rows.forEach((row) => print(...row));
print("all the entry loads", total(1), zipped);
print("budget", "", budget);
// Loaded by pages that ask for it, on top.
print(...measure("chat/element.js"));
if (zipped > budget) die(`the package is ${zipped - budget} bytes over the budget of ${budget} bytes gzipped`);
