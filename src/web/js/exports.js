// What the module exports, as users see it.
import * as made from "#glue";
import { guarded } from "./classes.js";
import { started } from "./started.js";

export const RefinireAgent = guarded(made.RefinireAgent, "RefinireAgent", { called: "agent", promises: ["run"], lasting: ["name", "destinations"] });
export const Context = guarded(made.Context, "Context", {
  called: "context",
  promises: ["delete", "list", "save"],
  lasting: ["content", "finished", "id", "ready", "result", "sharedState"],
});
export const Flow = guarded(made.Flow, "Flow", { called: "flow", promises: ["run"], lasting: ["name", "kind", "context", "history"] });
export const RateLimiter = guarded(made.RateLimiter, "RateLimiter", { promises: ["run"] });

export function decodeResponse(response, options) {
  started();
  return made.decodeResponse(response, options);
}
