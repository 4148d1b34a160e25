// `refinire-web/inline`: the same API with the module embedded. Its init() needs no .wasm file, no server and no bundler settings.
export * from "./refinire_web.js";
export { default } from "./refinire_web.js";
