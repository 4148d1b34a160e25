// An agent beside another one, which says something about its answers.

/** Its options: those of the other agent but for what it does there, and its own; `model` only where it has one. */
export const asideOptions = (options, what, { model = options.model, ...own }) => ({
  ...options,
  name: `${options.name} (${what})`,
  model,
  // A model of its own may be another provider's.
  ...(model !== options.model && model.includes("://") && { provider: undefined }),
  ...{ tools: undefined, evaluation: undefined, routing: undefined, inputGuardrails: undefined, outputGuardrails: undefined, providerOptions: undefined, limits: undefined },
  ...own,
});

/** What it is asked. */
export const asideInput = (input, text) => `# Question\n\n${input}\n\n# Answer\n\n${text}`;
