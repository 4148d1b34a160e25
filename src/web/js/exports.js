// The classes that the module exports, as users see them.
import * as made from "#glue";
import { guarded } from "./classes.js";

export const Context = guarded(made.Context, "Context", {
  called: "context",
  promises: ["delete", "list", "save"],
  lasting: ["content", "finished", "id", "ready", "result", "sharedState"],
});
export const RateLimiter = guarded(made.RateLimiter, "RateLimiter", { promises: ["run"] });
