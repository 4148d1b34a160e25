// `refinire-web/inline.classic.js`: the same as a classic script, which defines a global. `RefinireWeb.init()` is the default export.
import * as api from "./refinire_web.js";

declare global {
  var RefinireWeb: typeof api & { init: typeof api.default };
}
