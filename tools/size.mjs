// Prints the size of the package: what the entry loads, compressed, beside the budget. Other entries have figures of their own.
// A size of the entry above its budget is said; above the bound it fails, so that the package does not grow unnoticed.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { die, ENTRY, root } from "./lib.mjs";

const BUDGET = 165_000;
const BOUND = 411_000;
const CHAT_BUDGET = 30_000;

const CHAT = ["chat.js", ...loadedWith("chat/element.js")];

const SIZES = [
  { name: "the entry and all it loads", files: ENTRY },
  { name: "the inline entry", files: ["inline.js"] },
  { name: "the inline classic script", files: ["inline.classic.js"] },
  { name: "the chat element, on top", files: CHAT },
  { name: "loaded on demand", files: readdirSync(join(root, "pkg/chat")).map((name) => `chat/${name}`).filter((file) => /\/parts?-/.test(file)) },
];

/** A script and those that it imports at once, each once; what it loads on demand is not among them. */
function loadedWith(file, known = new Set()) {
  if (known.has(file)) return [];
  known.add(file);
  const text = readFileSync(join(root, "pkg", file), "utf8");
  const beside = Array.from(text.matchAll(/\b(?:from|import)"\.\/([^"]+)"/g), ([, name]) => posix.join(posix.dirname(file), name));
  return [file, ...beside.flatMap((each) => loadedWith(each, known))];
}

const print = (...cells) => console.log(cells.map((cell, place) => (place ? cell.padStart(20) : cell.padEnd(28))).join(""));
const told = (bytes) => `${bytes.toLocaleString("en")} (${(bytes / 1000).toFixed(1)} KB)`;
const sum = (rows) => rows.reduce((sums, row) => sums.map((one, place) => one + row[place]));

print("", "bytes", "gzip", "brotli");
const gzipped = SIZES.map(({ name, files }) => {
  const rows = files.map((file) => {
    const bytes = readFileSync(join(root, "pkg", file));
    return [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length];
  });
  files.forEach((file, place) => print(`  ${file}`, ...rows[place].map((size) => size.toLocaleString("en"))));
  print(name, ...sum(rows).map(told));
  return sum(rows)[1];
});
print("budget of the entry", "", told(BUDGET));
if (gzipped[0] > BUDGET) console.log(`over the budget by ${told(gzipped[0] - BUDGET)}`);
const chat = gzipped[SIZES.findIndex(({ files }) => files === CHAT)];
print("budget of the element", "", told(CHAT_BUDGET));
if (chat > CHAT_BUDGET) die(`the chat element is larger than ${told(CHAT_BUDGET)}`);
if (gzipped[0] > BOUND) die(`the entry is larger than ${told(BOUND)}`);
