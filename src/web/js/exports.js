// The classes that the module exports, as users see them.
import * as made from "#glue";
import { guarded } from "./classes.js";

export const RateLimiter = guarded(made.RateLimiter, "RateLimiter", { promises: ["run"] });
