// Instructions that hold what is shared, as in Refinire.

/**
 * `instructions` with `{{RESULT}}`, what came of the run or step before, `{{EVAL_RESULT}}`, how that was judged, and
 * `{{name}}`, what is shared under that name. A text stands as it is, anything else as JSON; a name that nothing is shared
 * under stays.
 */
export function filled(instructions, context) {
  return instructions.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, name) => {
    if (name === "RESULT") return textOf(context.content);
    if (name === "EVAL_RESULT") return judged(context.result?.evaluation);
    return Object.hasOwn(context.sharedState, name) ? textOf(context.sharedState[name]) : whole;
  });
}

/** A text as it is, nothing as nothing, anything else as JSON. */
export const textOf = (value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

const judged = (evaluation) => {
  if (!evaluation) return "";
  const { score, passed, feedback } = evaluation;
  return `Score: ${score}, passed: ${passed}${feedback ? `, feedback: ${feedback}` : ""}`;
};
