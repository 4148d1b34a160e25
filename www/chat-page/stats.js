// Counts an answer while it streams, and puts figures into words.

export class Tally {
  #startedAt;
  chunks = 0;
  chars = 0;
  timeToFirstChunkMs;
  charsPerSecond;

  constructor(now) {
    this.#startedAt = now;
  }

  add(chunk, now) {
    const elapsed = now - this.#startedAt;
    this.timeToFirstChunkMs ??= elapsed;
    this.chunks += 1;
    this.chars += chunk.length;
    if (elapsed > 0) this.charsPerSecond = (this.chars * 1000) / elapsed;
    return elapsed;
  }
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 2, minimumFractionDigits: 2 });

export const count = (number) => whole.format(number);

export const duration = (ms) => (ms < 1000 ? `${whole.format(ms)} ms` : `${fine.format(ms / 1000)} s`);

/** Label and value of each figure that is known. */
export function figures({ chunks, chars, timeToFirstChunkMs, charsPerSecond }, usage) {
  const list = [
    ["chunks", count(chunks)],
    ["chars", count(chars)],
  ];
  if (chunks > 0 && timeToFirstChunkMs !== undefined) list.push(["to first chunk", duration(timeToFirstChunkMs)]);
  if (chunks > 0 && charsPerSecond > 0) list.push(["chars/s", count(charsPerSecond)]);
  // Some servers send a usage of zero where they have not counted.
  if (usage?.inputTokens) list.push(["tokens in", count(usage.inputTokens)]);
  if (usage?.outputTokens) list.push(["tokens out", count(usage.outputTokens)]);
  return list;
}
