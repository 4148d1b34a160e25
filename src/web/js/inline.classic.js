// The entry for places without modules: importScripts, user scripts, content scripts, a plain script tag.
import * as api from "./index.js";

globalThis.RefinireWeb = { ...api, init: api.default };
