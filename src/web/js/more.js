// What is loaded before the first run that needs it. It imports nothing of the entry: that would make a third file of what both have.
import { fill, flush, isOurs, read } from "./more/adapter.js";
import { Extras } from "./more/extras.js";
import { runFlow } from "./more/flow/run.js";
import { kit } from "./more/kit.js";
import { listed } from "./more/list.js";
import { dial } from "./more/socket.js";

/** Takes its share of the entry, and gives what there is. */
export function provided(given) {
  Object.assign(kit, given);
  return { dial, Extras, fill, flush, isOurs, listed, read, runFlow };
}
