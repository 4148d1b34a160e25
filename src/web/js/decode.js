// The decoder alone, for a response that somebody else fetched.
import { Delivery } from "./delivery.js";
import { drive } from "./driver.js";
import { Exchange } from "./exchange.js";
import { isResponse } from "./link.js";
import { core, moduleMemory } from "./module.js";
import { invalid, LIMITS, pick, runOptions, wholeJson } from "./options.js";
import { chunkStream } from "./stream.js";

export function decodeResponse(response, options) {
  const { decode } = core();
  if (!isResponse(response)) throw invalid("decodeResponse: a Response is needed");
  if (response.bodyUsed || response.body?.locked) throw invalid("decodeResponse: the response's body has been read already");
  if (typeof options?.provider !== "string") throw invalid("decodeResponse: `provider` must be a string");
  const { thinkTags, limits } = pick(options, { thinkTags: "boolean", limits: LIMITS }, "decodeResponse");
  const { context, ...checked } = runOptions(options, ["provider", "thinkTags", "limits"]);
  const run = decode(options.provider, checked.deltas, checked.onEvent !== undefined, thinkTags, wholeJson(limits ?? {}));
  const nothing = () => {};
  const world = {
    admit: async () => {},
    exchange: (rearm) => new Exchange(async () => response, undefined, run, world.delivery, moduleMemory(), rearm),
    changed: nothing,
    concluded: nothing,
    left: nothing,
  };
  const leave = () => {
    // Nobody has begun to read it, and nobody will.
    if (response.body && !response.body.locked) response.body.cancel().catch(() => {});
  };
  world.delivery = new Delivery(run, moduleMemory(), checked, () => drive(run, world, ""), leave);
  return chunkStream(world.delivery);
}
