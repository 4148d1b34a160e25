// How the package is started. What wasm-bindgen makes has an init() of its own.

/** Fetches and instantiates the WebAssembly module once. Later calls return the same promise. In Node the file beside the script is read.
 *  If the module cannot be loaded, the promise rejects with RefinireError "not-initialized", which says what was tried and what to do; the next call tries again.
 *  Using anything before it has resolved throws RefinireError "not-initialized".
 *  Importing the package runs no code and touches no browser globals, so it is safe on a server. */
export default function init(source?: InitSource): Promise<unknown>;
/** Where the module is. `refinire-web/inline` is the same API with the module embedded: its init() needs none. */
export type InitSource = {
  /** Default: `refinire_web_bg.wasm` beside the script. */
  module_or_path?: RequestInfo | URL | Response | BufferSource | WebAssembly.Module;
};
