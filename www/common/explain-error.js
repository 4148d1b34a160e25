// What went wrong, in words, and what can be done about it.

const BY_STATUS = [
  [(status) => status === 401 || status === 403, "The key was not accepted", "Check the key in the settings, then try again."],
  [(status) => status === 404, "Nothing answers at that address", "Check the base URL and the model’s name in the settings."],
  [(status) => status === 429, "Too many requests", "Wait a moment, then try again."],
  [(status) => status >= 500, "The model’s server failed", "Try again in a moment."],
];

const BY_CODE = {
  "invalid-argument": ["The question was not sent", "Check the settings."],
  guardrail: ["The question was not sent", "Try to rephrase it."],
  http: ["The request was refused", "Check the settings, then try again."],
  limit: ["The answer was too long", "Ask for a shorter one."],
  network: ["The model could not be reached", "Check that the demo’s server is still running, then try again."],
  protocol: ["The answer could not be read", "Check that this server uses the selected wire format."],
  provider: ["The model reported an error", "Try again."],
  schema: ["The answer does not fit the schema", "Try again."],
  step: ["A step of the flow failed", "Try again."],
  timeout: ["The model took too long", "Try again."],
  truncated: ["The answer was cut off", "The connection was lost before the answer was complete. The text so far is saved."],
};

export function explainError(error) {
  // A connection that breaks after some text has come is a cut to the reader, whatever broke it.
  const code = error?.code === "network" && error.partialText ? "truncated" : error?.code;
  const byStatus = BY_STATUS.find(([matches]) => matches(error?.status))?.slice(1);
  let [title, advice] = byStatus ?? BY_CODE[code] ?? ["Something went wrong", "Try again."];
  if (error?.status === 429 && error.retryAfterMs > 1000) {
    advice = `Wait ${Math.ceil(error.retryAfterMs / 1000)} seconds, then try again.`;
  }
  return { title, advice, detail: String(error?.message ?? error) };
}
