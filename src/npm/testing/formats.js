// The wire formats, and which of them a request is in.
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

const PATHS = [
  [/\/chat\/completions$/, "openai"],
  [/\/responses$/, "openai-responses"],
  [/\/messages$/, "anthropic"],
  [/:(stream)?generateContent$/i, "gemini"],
  [/\/api\/chat$/, "ollama"],
];

/** The format of that name. */
export function formatOf(provider) {
  const format = FORMATS.find((known) => known.provider === provider);
  if (!format) throw new TypeError(`scripted(): there is no provider "${provider}" that is asked through fetch; there are ${PROVIDERS.join(", ")}`);
  return format;
}

/** The format that a request is in, by its body or its path. */
export function formatFor(url, headers, body) {
  // Only a relay is asked so, at any path.
  if (typeof body?.message === "string") return relay;
  const path = url.split(/[?#]/, 1)[0];
  const [, provider] = PATHS.find(([pattern]) => pattern.test(path)) ?? [];
  if (provider) return formatOf(provider);
  if (headers.has("anthropic-version")) return anthropic;
  if (Array.isArray(body?.contents)) return gemini;
  if (body?.input !== undefined) return responses;
  if (Array.isArray(body?.messages)) return openai;
  throw new Mistake(`${url} is in no known format: give scripted() the option provider`);
}
