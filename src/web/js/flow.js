// A flow of steps, as users see it, and what of its runs is done here.
import * as made from "#glue";
import { launch, RefinireAgent } from "./agent.js";
import { guarded } from "./classes.js";
import { chunkStream } from "./stream.js";

/** See src/web/api/flow/platform.rs. */
const platform = {
  isAgent: (value) => value instanceof RefinireAgent,
  stream: chunkStream,

  /** What comes of it is the core's to hear. */
  ask(agent, input, options) {
    launch(agent, input, options);
  },
};

const Guarded = guarded(made.Flow, "Flow", { called: "flow", promises: ["run"], lasting: ["name", "kind", "context", "history"] });

export class Flow extends Guarded {
  constructor(steps, options) {
    super(steps, options, platform);
  }
}
