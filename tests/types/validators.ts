// What each validator says a value is, is what `content` is.
import { type } from "arktype";
import { type AgentOptions, RefinireAgent, type Tool } from "refinire-web";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import * as z from "zod";

const ASKED = { name: "validators", generationInstructions: "Answer.", model: "gpt-4o-mini" };
type Town = { name: string; sizes: number[]; river?: string | undefined };

/** True where two types are the same, so that `any` passes for nothing. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(yes: Same<A, B>) => yes;

const ofZod = z.object({ name: z.string(), sizes: z.array(z.number()), river: z.string().optional() });
const byZod = new RefinireAgent({ ...ASKED, outputSchema: ofZod });
const zodTown = (await byZod.run("x")).content;
same<typeof zodTown, Town>(true);
const zodStreamed = (await byZod.runStreamed("x").result).content;
same<typeof zodStreamed, Town>(true);
// @ts-expect-error a name is no number
zodTown.name satisfies number;
// @ts-expect-error a town has no mayor
zodTown.mayor;

const ofValibot = toStandardJsonSchema(v.object({ name: v.string(), sizes: v.array(v.number()), river: v.optional(v.string()) }));
const valibotTown = (await new RefinireAgent({ ...ASKED, outputSchema: ofValibot }).run("x")).content;
same<typeof valibotTown, Town>(true);
// @ts-expect-error a name is no number
valibotTown.name satisfies number;

const ofArkType = type({ name: "string", sizes: "number[]", "river?": "string" });
const arkTown = (await new RefinireAgent({ ...ASKED, outputSchema: ofArkType }).run("x")).content;
same<typeof arkTown, { name: string; sizes: number[]; river?: string }>(true);
// @ts-expect-error a name is no number
arkTown.name satisfies number;

// What comes of a value, where that is not what the model writes.
const made = new RefinireAgent({ ...ASKED, outputSchema: z.object({ n: z.coerce.number(), at: z.iso.date().transform((text) => new Date(text)) }) });
const { n, at } = (await made.run("x")).content;
same<typeof n, number>(true);
same<typeof at, Date>(true);
const numbers = (await new RefinireAgent({ ...ASKED, outputSchema: z.array(z.number()) }).run("x")).content;
same<typeof numbers, number[]>(true);

new RefinireAgent({ ...ASKED, tools: [ofZod, ofValibot, ofArkType].map((parameters) => ({ name: "t", description: "", parameters, execute: () => "done" })) });

// What a tool is given is what its validator produces.
const tooled = new RefinireAgent({
  ...ASKED,
  tools: [
    { name: "zod", description: "", parameters: z.object({ city: z.string(), days: z.coerce.number() }), execute: (input) => void same<typeof input, { city: string; days: number }>(true) },
    { name: "ark", description: "", parameters: type({ n: "number" }), execute: async ({ n }) => n satisfies number },
    { name: "valibot", description: "", parameters: toStandardJsonSchema(v.object({ at: v.string() })), execute: ({ at }, context) => [at satisfies string, context?.id] },
    { name: "schema", description: "", parameters: { type: "object" }, execute: ({ anything }) => anything.at.all },
    { name: "nothing", description: "", execute: () => 1 },
  ],
});
same<typeof tooled, RefinireAgent>(true);
new RefinireAgent({
  ...ASKED,
  outputSchema: ofZod,
  // @ts-expect-error a city is no town
  tools: [{ name: "zod", description: "", parameters: z.object({ city: z.string() }), execute: (input) => input.town }],
}) satisfies RefinireAgent<Town>;
// Tools that are declared on their own take anything.
const tools: Tool[] = [{ name: "zod", description: "", parameters: z.object({ city: z.string() }), execute: ({ city }) => city }];
const options: AgentOptions = { ...ASKED, tools };
new RefinireAgent(options);
new RefinireAgent({ ...ASKED, tools: [...tools, { name: "nothing", description: "", execute: () => 1 }] });
