// The decoder alone, for a response that somebody else fetched.
import { core } from "./module.js";
import { invalid, LIMITS, pick, runOptions, wholeJson } from "./options.js";
import { chunkStream } from "./stream.js";

export function decodeResponse(response, options) {
  const { decode } = core();
  if (!isResponse(response)) throw invalid("decodeResponse: a Response is needed");
  if (response.bodyUsed || response.body?.locked) throw invalid("decodeResponse: the response's body has been read already");
  if (typeof options?.provider !== "string") throw invalid("decodeResponse: `provider` must be a string");
  const { thinkTags, limits } = pick(options, { thinkTags: "boolean", limits: LIMITS }, "decodeResponse");
  const { context, ...checked } = runOptions(options, ["provider", "thinkTags", "limits"]);
  return chunkStream(decode(response, options.provider, thinkTags, wholeJson(limits ?? {}), checked));
}

/** Whether it is a response whose body can be read. */
const isResponse = (value) => typeof value?.status === "number" && typeof value.headers?.get === "function";
