// An agent beside another one, which says something about its answers.
import { describe, RefinireError } from "../error.js";

/** Its options: those of the other agent but for what it does there, and its own; `model` only where it has one. */
export const asideOptions = (options, what, { model = options.model, ...own }) => ({
  ...options,
  name: `${options.name} (${what})`,
  model,
  // A model of its own may be another provider's.
  ...(model !== options.model && model.includes("://") && { provider: undefined }),
  // Its events are none of the run's.
  middleware: options.middleware?.map(({ request }) => ({ request })),
  ...{ tools: undefined, evaluation: undefined, routing: undefined, inputGuardrails: undefined, outputGuardrails: undefined },
  // What is said of the answer is not said of what is said about it.
  ...{ providerOptions: undefined, limits: undefined, maxTokens: undefined },
  ...own,
});

/** A schema that it is told, of which it need not keep more than that `has(value)`: models get the rest of such answers wrong. */
export const lenient = (schema, has) => ({
  "~standard": {
    version: 1,
    vendor: "refinire-web",
    validate: (value) => (has(Object(value)) ? { value } : { issues: [{ message: `${schema.required[0]} is missing` }] }),
    jsonSchema: { input: () => schema },
  },
});

/** What it is asked. */
export const asideInput = (input, text) => `# Question\n\n${input}\n\n# Answer\n\n${text}`;

/** The error of an answer, `text`, that could not be judged or routed. */
export const unsaid = (what, cause, text) => new RefinireError(`the answer could not be ${what}: ${describe(cause)}`, { ...cause, partialText: text, cause });
