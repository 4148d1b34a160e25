// The wire formats, and which of them a request is in. A format says so by `path` and, where the path says nothing, `isRequest`.
import * as anthropic from "./formats/anthropic.js";
import * as gemini from "./formats/gemini.js";
import * as responses from "./formats/openai-responses.js";
import * as openai from "./formats/openai.js";
import * as ollama from "./formats/ollama.js";
import * as relay from "./formats/relay.js";
import { Mistake } from "./parts.js";

const FORMATS = [openai, responses, anthropic, gemini, ollama, relay];

/** The providers whose formats can be answered: all that are asked through `fetch`. */
export const PROVIDERS = FORMATS.map(({ provider }) => provider);

/** The format of that name. */
export function formatOf(provider) {
  const format = FORMATS.find((known) => known.provider === provider);
  if (!format) throw new TypeError(`scripted(): there is no provider "${provider}" that is asked through fetch; there are ${PROVIDERS.join(", ")}`);
  return format;
}

/** The format that a request is in, by its body or its path. */
export function formatFor(url, headers, body) {
  // Its path may be that of another format.
  if (relay.isRequest(headers, body)) return relay;
  const path = url.split(/[?#]/, 1)[0];
  const format = FORMATS.find((known) => known.path?.test(path)) ?? FORMATS.find((known) => known.isRequest(headers, body));
  if (format) return format;
  throw new Mistake(`${url} is in no known format: give scripted() the option provider`);
}
