// What an agent may do besides asking: tools, answers that are JSON, evaluation, guardrails on the answer, attachments. Checked here; what
// does it is loaded before the first run that needs it.
import { describe } from "./error.js";
import { check, invalid } from "./options.js";

const FEATURES = { tools: "list", outputSchema: "schema", evaluation: "object", outputGuardrails: "functions", routing: "object" };
const TOOL = { name: "string", description: "string", parameters: "schema", execute: "function" };
const ROUTING = { instruction: "string", destinations: "names" };
const EVALUATION = { instructions: "string", threshold: "score", model: "string", maxRetries: "whole" };
const OF = "RefinireAgent";

/** `{ told, ...features }`: what the core is to know of the agent's `options`, and what they ask for; no features where they ask for none. */
export function featuresOf(options) {
  const { tools, outputSchema, evaluation, outputGuardrails, routing } = check(options, FEATURES, OF);
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
    return { name, description, parameters: (parameters && jsonSchemaOf(parameters, of)) ?? { type: "object" }, executes: execute !== undefined };
  });
  const names = told.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice) throw invalid(`${OF}: two \`tools\` of the name "${twice}"`);
  return told;
}

/** A JSON Schema as it is now; of a validator its own conversion, where it has one. */
function jsonSchemaOf(schema, of) {
  const standard = schema["~standard"];
  try {
    const made = standard ? (standard.jsonSchema?.input({ target: "draft-2020-12" }) ?? schema.toJSONSchema?.() ?? schema.toJsonSchema?.()) : schema;
    return made && JSON.parse(JSON.stringify(made));
  } catch (cause) {
    throw invalid(`${of} has no JSON Schema: ${describe(cause)}`, cause);
  }
}
