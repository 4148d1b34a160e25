// The package's entry: what users import.
export { default } from "./module.js";
export { RefinireAgent } from "./agent.js";
export { decodeResponse } from "./decode.js";
export { Context, RateLimiter } from "./exports.js";
export { Flow } from "./flow.js";
export { JsonStream } from "./json-stream.js";
export { RefinireError } from "./error.js";
export { ConditionStep, FunctionStep, ParallelStep, UserInputStep } from "./steps.js";
