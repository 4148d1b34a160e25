// What the runs of a flow's agents come to together.

export class Totals {
  #results = [];

  add(result) {
    this.#results.push(result);
  }

  /** As of one run, of which `text` is all the text: what is counted is summed, what is a list or a text is put together; the finish is the last one's. */
  result(text) {
    const results = this.#results;
    const last = results.at(-1) ?? { finishReason: "stop" };
    const usage = results.reduce((sum, { usage }) => plus(sum, usage), undefined);
    return {
      reasoning: results.map(({ reasoning }) => reasoning).filter(Boolean).join("\n\n"),
      toolCalls: results.flatMap(({ toolCalls }) => toolCalls),
      sources: sourcesOf(results, text),
      files: results.flatMap(({ files }) => files),
      finishReason: last.finishReason,
      ...(last.rawFinishReason && { rawFinishReason: last.rawFinishReason }),
      ...(usage && { usage }),
      attempts: results.reduce((sum, { attempts }) => sum + attempts, 0),
      success: results.every(({ success }) => success),
    };
  }

  get bytes() {
    return this.#results.reduce((sum, { metrics }) => sum + metrics.bytes, 0);
  }
}

/** Each source once, its place counted in `text`, if that is the texts of the results one behind the other. */
function sourcesOf(results, text) {
  const isJoined = results.map((result) => result.text).join("") === text;
  const told = new Map();
  let before = 0;
  for (const { sources, text } of results) {
    for (const { start, end, ...source } of sources) {
      const placed = isJoined && start !== undefined ? { ...source, start: before + start, end: before + end } : source;
      told.set(JSON.stringify(placed), placed);
    }
    before += text.length;
  }
  return [...told.values()];
}

/** Two usages as one; what neither told is not there. */
function plus(sum, usage) {
  if (!sum || !usage) return sum ?? usage;
  const names = Object.keys({ ...sum, ...usage });
  // One that is estimated makes the whole an estimate.
  return Object.fromEntries(names.map((name) => [name, name === "estimated" || (sum[name] ?? 0) + (usage[name] ?? 0)]));
}
