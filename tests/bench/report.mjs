// Turns samples into the tables and the verdicts.
import { budgets } from "./budgets.mjs";

const CHUNKING_NAMES = { event: "1 event", 1460: "1,460 B", 16384: "16 KB" };
const FORMAT_NAMES = { chat: "OpenAI Chat Completions", anthropic: "Anthropic Messages" };

export function quantile(values, at) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * at;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}
export const median = (values) => quantile(values, 0.5);

/** Each budget with its ratio, the quartiles of that, and "PASS", "FAIL" or "SKIP" (a peer was not there). */
export function judge(groups) {
  return budgets.map((budget) => {
    const { peers } = groups.find((group) => group.format === budget.format && group.chunking === budget.chunking);
    const named = (name) => peers.filter((peer) => peer.name === name).sort((a, b) => a.events - b.events);
    const of = named(budget.of).at(budget.growth ? -1 : 0)?.samples;
    const to = named(budget.to)[0]?.samples;
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

/** Microseconds an event: the median of each peer's repetitions. */
export function timesTable(groups, format) {
  const mine = groups.filter((group) => group.format === format);
  const rows = mine[0].peers.map(({ name, events }) => [
    events > 5_000 ? `  of ${events.toLocaleString("en")} events` : name,
    ...mine.map(({ peers }) => {
      const found = peers.find((peer) => peer.name === name && peer.events === events);
      return found ? median(found.samples).toFixed(2) : "-";
    }),
  ]);
  const title = `${FORMAT_NAMES[format]}, µs an event`;
  return table([title, ...mine.map(({ chunking }) => `${CHUNKING_NAMES[chunking]} a read`)], rows);
}

export function budgetsTable(judged) {
  const rows = judged.map(({ format, chunking, of, to, growth, most, least, ratio, quartiles, verdict }) => [
    growth ? `${of}, 20,000 : 5,000 events` : `${of} : ${to}`,
    format,
    CHUNKING_NAMES[chunking],
    most === undefined ? `≥ ${least}` : `≤ ${most}`,
    ratio === undefined ? "-" : ratio.toFixed(2),
    quartiles === undefined ? "-" : quartiles.map((value) => value.toFixed(2)).join("–"),
    verdict,
  ]);
  return table(["ratio", "format", "a read", "budget", "measured", "quartiles", "verdict"], rows);
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
