// What an agent may do besides asking: tools, answers that are JSON, evaluation, guardrails on the answer, attachments. Checked here; src/web/js/run
// does it.
import { describe } from "./error.js";
import { check, invalid, pick } from "./options.js";

export const FEATURES = { tools: "list", outputSchema: "schema", evaluation: "object", outputGuardrails: "functions", routing: "object" };
const TOOL = { name: "string", description: "string", parameters: "schema", execute: "function" };
const ROUTING = { instruction: "string", destinations: "names" };
const EVALUATION = { instructions: "string", threshold: "score", model: "string", maxRetries: "whole" };
const OF = "RefinireAgent";

/** `{ told, ...features }`: what the core is to know of the agent's `options`, and what they ask for; no features where they ask for none. */
export function featuresOf(options) {
  const { tools, outputSchema, evaluation, outputGuardrails, routing } = pick(options, FEATURES, OF);
  const schemaRetries = options.retry?.schema ?? 0;
  const told = {};
  if (tools?.length) told.tools = toldOf(tools);
  if (outputSchema) told.outputSchema = jsonSchemaOf(outputSchema, `${OF}: \`outputSchema\``);
  if (evaluation) check(evaluation, EVALUATION, `${OF}: \`evaluation\``, ["instructions"]);
  if (routing) check(routing, ROUTING, `${OF}: \`routing\``, ["destinations"]);
  const isNeeded = told.tools || outputSchema || evaluation || outputGuardrails?.length || routing;
  return { told, isNeeded: Boolean(isNeeded), tools, outputSchema, evaluation, outputGuardrails, routing, schemaRetries };
}

function toldOf(tools) {
  const told = tools.map((tool, place) => {
    const of = `${OF}: \`tools[${place}]\``;
    const { name, description = "", parameters, execute } = check(tool, TOOL, of);
    if (!name) throw invalid(`${of}: \`name\` must be a string`);
    return { name, description, parameters: parameters && jsonSchemaOf(parameters, `${of}: \`parameters\``), executes: execute !== undefined };
  });
  const names = told.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice) throw invalid(`${OF}: two \`tools\` of the name "${twice}"`);
  return told;
}

/** A JSON Schema as it is now; of a validator the one that it makes of itself. */
function jsonSchemaOf(schema, of) {
  const standard = schema["~standard"];
  const made = standard ? convertedBy(schema, standard, of) : schema;
  try {
    return JSON.parse(JSON.stringify(made));
  } catch (cause) {
    throw invalid(`${of} has no JSON Schema: ${describe(cause)}`, cause);
  }
}

/** What a validator makes of itself, of what goes into it: that is what the model writes. By Standard JSON Schema
 *  (https://standardschema.dev/json-schema), or a method of its own. */
function convertedBy(schema, { vendor, jsonSchema }, of) {
  const ways = [
    jsonSchema?.input && (() => jsonSchema.input({ target: "draft-2020-12" })),
    // A library throws for a target that it does not support.
    jsonSchema?.input && (() => jsonSchema.input({ target: "draft-07" })),
    schema.toJSONSchema && (() => schema.toJSONSchema({ io: "input" })),
    schema.toJsonSchema && (() => schema.toJsonSchema()),
  ];
  let failure;
  for (const way of ways.filter(Boolean)) {
    try {
      const made = way();
      if (typeof made === "object" && made !== null) return made;
    } catch (cause) {
      failure ??= { cause };
    }
  }
  if (failure) throw invalid(`${of}: the validator cannot be written as JSON Schema: ${describe(failure.cause)}`, failure.cause);
  throw invalid(`${of}: this validator${typeof vendor === "string" ? ` (${vendor})` : ""} has no JSON Schema, which the model is told. ${CONVERTERS[vendor] ?? CONVERTERS.others}`);
}

const CONVERTERS = {
  arktype: "Upgrade to ArkType 2.1.28 or later.",
  valibot: "Give toStandardJsonSchema(schema) of @valibot/to-json-schema.",
  zod: "Upgrade to Zod 4.2 or later; before that give a JSON Schema, with Zod 4 by z.toJSONSchema(schema), with Zod 3 by zodToJsonSchema(schema) of zod-to-json-schema.",
  others: "Give one with Standard JSON Schema (https://standardschema.dev/json-schema) or a method toJSONSchema(), or a JSON Schema.",
};
