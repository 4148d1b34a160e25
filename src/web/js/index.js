// The package's entry: what users import.
export { default } from "./module.js";
export { Context, decodeResponse, Flow, RateLimiter, RefinireAgent } from "./exports.js";
export { JsonStream } from "./json-stream.js";
export { RefinireError } from "./error.js";
export { ConditionStep, FunctionStep, ParallelStep, UserInputStep } from "./steps.js";
