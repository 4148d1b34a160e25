// Answers the demo's requests in the page itself, where no server does.
import { scripted } from "../../../src/npm/testing/index.js";
import { Model } from "./model.js";

const model = new Model({ firstMs: 450, eachMs: 21 });
const server = scripted((request) => model.answer(request));
const own = globalThis.fetch;

globalThis.fetch = (input, options) => {
  const { origin, pathname } = new URL(input.url ?? input, location.href);
  return origin === location.origin && pathname.startsWith("/api/") ? server.fetch(input, options) : own(input, options);
};
