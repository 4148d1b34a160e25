// The part of the package's script that is loaded when it is first needed.
import { addressOf } from "./connection.js";
import { describe, RefinireError } from "./error.js";
import { Growth } from "./growth.js";
import { invalid } from "./options.js";

let loading;

/** What is in it: see more.js. */
export function script() {
  loading ??= import("./more.js").then(
    (more) => more.provided({ addressOf, describe, Growth, invalid, RefinireError }),
    (cause) => {
      // The next call may try again.
      loading = undefined;
      throw new RefinireError(`refinire_web_more.js could not be loaded: ${describe(cause)}`, { code: "network", retryable: true, cause });
    },
  );
  return loading;
}
