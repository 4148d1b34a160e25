// The model chooses the step of a flow that runs next.
import { RefinireError } from "../error.js";
import { asideInput, asideOptions, lenient, unsaid } from "./aside.js";

/** What the choosing agent is made of. */
export const routerOptions = (options) => {
  const { instruction = "Choose what is to be done next.", destinations } = options.routing;
  return asideOptions(options, "routing", {
    generationInstructions: `You decide what follows an answer. ${instruction}\n\nChoose one of: ${destinations.map((name) => JSON.stringify(name)).join(", ")}.`,
    outputSchema: lenient(
      {
        type: "object",
        properties: { nextRoute: { type: "string", enum: destinations }, reasoning: { type: "string", description: "Why." } },
        required: ["nextRoute", "reasoning"],
        additionalProperties: false,
      },
      ({ nextRoute }) => typeof nextRoute === "string",
    ),
  });
};

/** Asks it; gives `{ nextRoute, reasoning }`. */
export async function routed(router, destinations, input, text, signal) {
  const { content, text: said } = await router.run(asideInput(input, text), { signal }).catch((cause) => {
    throw unsaid("routed", cause, text);
  });
  const { nextRoute, reasoning } = Object(content);
  if (destinations.includes(nextRoute)) return { nextRoute, ...(typeof reasoning === "string" && { reasoning }) };
  throw new RefinireError(`the model chose no destination: ${said}`, { code: "schema", partialText: text });
}
