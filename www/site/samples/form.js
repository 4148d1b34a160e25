import { RefinireAgent } from "refinire-web";
import { z } from "zod";

const Trip = z.object({ town: z.string(), nights: z.number().int(), packing: z.array(z.string()) });

const agent = new RefinireAgent({
  name: "planner",
  generationInstructions: "Plan a short trip.",
  model: "gpt-4o-mini",
  baseUrl: "/api/openai/v1",
  outputSchema: Trip,
});

/** Fills in the form while the answer arrives. */
export async function plan(form, question) {
  const { content } = await agent.run(question, {
    onEvent(event) {
      if (event.type === "partial") fill(form, event.value); // { town: "Ge" }, { town: "Genoa", nights: 2 } …
      if (event.type === "field" && event.path.length === 1) form.elements[event.path[0]].classList.add("done"); // this part is final
    },
  });
  return content; // { town: string, nights: number, packing: string[] }
}

function fill(form, value) {
  for (const [name, part] of Object.entries(value ?? {})) {
    form.elements[name].value = Array.isArray(part) ? part.join(", ") : part;
  }
}
