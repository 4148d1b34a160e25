// Runs the tools that the model calls, in the page.
import { describe } from "../error.js";
import { textOf } from "./names.js";
import { conformed } from "./schema.js";

/**
 * Runs all `calls` at once. Gives, in their order, `{ id, text, isError }`, what the model is told of each: also of what does
 * not exist, does not fit or throws. `given` is what a tool gets besides its input: the caller's context, and a signal
 * that is aborted when the run is stopped. `core` is the run's, which knows the tools' JSON Schemas. `tell` takes an event for each call, as
 * soon as it is done.
 */
export function runCalls(calls, tools, given, core, tell) {
  return Promise.all(calls.map((call) => answered(call, tools, given, core, tell)));
}

async function answered(call, tools, given, core, tell) {
  const { id, name } = call;
  let output;
  let text;
  let isError = false;
  try {
    output = await executed(call, tools, given, core);
    text = textOf(output);
  } catch (error) {
    isError = true;
    output = text = describe(error);
  }
  if (!given.signal.aborted) tell(isError ? { type: "tool-result", id, name, output, isError } : { type: "tool-result", id, name, output });
  return { id, text, isError };
}

async function executed({ id, name, input, inputText }, tools, { context, signal }, core) {
  const tool = tools.find((tool) => tool.name === name);
  if (!tool) throw new Error(`there is no tool ${JSON.stringify(name)}, only ${tools.map((tool) => JSON.stringify(tool.name)).join(", ")}`);
  if (input === undefined) throw new Error(`the arguments are no JSON: ${inputText}`);
  return tool.execute(await conformed(tool.parameters, input, () => core.inputMisfit(name, inputText)), context, { id, signal });
}
