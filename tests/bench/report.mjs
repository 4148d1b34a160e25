// Turns samples into the tables and the verdicts.
import { budgets } from "./budgets.mjs";

const INPUTS = { event: "1 event a read", 1460: "1,460 B a read", 16384: "16 KB a read", http: "over HTTP", string: "one long string", objects: "small objects", deep: "deep", cold: "cold cache", task: "in tasks", wasm: "WebAssembly", turns: "shown", frames: "longest task", heap: "JavaScript" };
const EVENTS = { unit: "µs an event", many: "events", growth: "20,000 : 5,000 events" };
const FORMATS = {
  chat: { title: "OpenAI Chat Completions", ...EVENTS },
  anthropic: { title: "Anthropic Messages", ...EVENTS },
  kept: { title: "2,000 chunks into 1,000 messages", ...EVENTS },
  parallel: { title: "2 answers at once", ...EVENTS },
  start: { title: "From the import to the first chunk", unit: "ms" },
  cpu: { title: "Main thread for 100 KB over HTTP", unit: "ms" },
  memory: { title: "Memory", unit: "MB" },
  open: { title: "Opening a conversation of 2,000 turns", unit: "ms" },
  busy: { title: "An answer below 20 of 100 KB", unit: "ms" },
  json: { title: "JSON", unit: "µs a push of 4 characters", many: "pushes", growth: "400 : 100 KB" },
};
export const formats = Object.keys(FORMATS);

export function quantile(values, at) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * at;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}
export const median = (values) => quantile(values, 0.5);

/** Each budget with its ratio, the quartiles of that, and "PASS", "FAIL" or "SKIP" (a peer was not there). */
export function judge(groups) {
  const groupOf = (budget) => groups.find(({ format, input }) => format === budget.format && input === budget.input);
  return budgets.filter(groupOf).map((budget) => {
    const { peers } = groupOf(budget);
    const samples = (name, isLong) => peers.find((peer) => peer.name === name && peer.isLong === isLong)?.samples;
    const of = samples(budget.of, budget.growth ?? false);
    const to = samples(budget.to, false);
    if (!of || !to) return { ...budget, verdict: "SKIP" };
    // The median of the ratios of each repetition, not the ratio of the medians: both sides of a ratio are measured within a second or two of
    // each other, so what slows the machine for longer (another build, the clock of the processor) slows both and cancels; what hits only one
    // side spoils one repetition, and the median drops it. Tried with the same code on both sides, on a machine busy with builds: 16 ratios from
    // 0.90 to 1.08; resampled, they spread about three quarters as far as ratios of medians do. A peer that is measured less often is compared
    // in the repetitions that it has.
    const shared = Math.min(of.length, to.length);
    const ratios = of.slice(0, shared).map((value, index) => value / to[index]);
    const ratio = median(ratios);
    const kept = (budget.most === undefined || ratio <= budget.most) && (budget.least === undefined || ratio >= budget.least);
    const quartiles = [quantile(ratios, 0.25), quantile(ratios, 0.75)];
    return { ...budget, ratio, quartiles, verdict: kept ? "PASS" : "FAIL" };
  });
}

/** Microseconds an event or a push, or what else the format's unit says: the median of each peer's repetitions. */
export function timesTable(groups, format) {
  const mine = groups.filter((group) => group.format === format);
  const { title, unit, many } = FORMATS[format];
  if (mine.length === 0) return `${title}: not measured`;
  const rows = mine[0].peers.map(({ name, isLong, events }) => [
    isLong ? `  of ${events.toLocaleString("en")} ${many}` : name,
    ...mine.map(({ peers }) => {
      const found = peers.find((peer) => peer.name === name && peer.isLong === isLong);
      return found ? median(found.samples).toFixed(2) : "-";
    }),
  ]);
  return table([`${title}, ${unit}`, ...mine.map(({ input }) => INPUTS[input])], rows);
}

export function budgetsTable(judged) {
  const rows = judged.map(({ format, input, of, to, growth, most, least, ratio, quartiles, verdict }) => [
    growth ? `${of}, ${FORMATS[format].growth}` : `${of} : ${to}`,
    format,
    INPUTS[input],
    most === undefined ? `≥ ${least}` : `≤ ${most}`,
    ratio === undefined ? "-" : ratio.toFixed(2),
    quartiles === undefined ? "-" : quartiles.map((value) => value.toFixed(2)).join("–"),
    verdict,
  ]);
  return table(["ratio", "format", "input", "budget", "measured", "quartiles", "verdict"], rows);
}

export function peersTable(peers) {
  const rows = peers.map(({ name, versions, gzip }) => [name, versions, gzip ? `${(gzip / 1024).toFixed(1)} KB` : "-"]);
  return table(["peer", "version", "gzip"], rows);
}

function table(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => [...row[column]].length)));
  const line = (row) => row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join("  ");
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}
