// Which files may be attached to a question.

// What each provider accepts.
const BY_PROVIDER = {
  openai: "image/*,application/pdf,audio/wav,audio/mpeg",
  "openai-responses": "image/*,application/*,text/*",
  anthropic: "image/*,application/pdf",
  gemini: "*/*",
  ollama: "image/*",
  relay: "",
  websocket: "",
};
const DEFAULT = "image/*,application/pdf";

/** As the library chooses a provider: the one that is named, or the one that the model's name implies. */
function providerOf({ provider, model = "" }) {
  const [, scheme] = /^([\w-]+):\/\//.exec(model) ?? [];
  if (provider || scheme || !model) return provider ?? scheme;
  if (/claude/i.test(model)) return "anthropic";
  if (/gemini/i.test(model)) return "gemini";
  return /gpt|(^|\/)o\d/i.test(model) ? "openai" : "ollama";
}

/** What an agent with these options accepts, as the `accept` of a file input has it; "" for nothing. */
export const acceptOf = (options) => BY_PROVIDER[providerOf(options)] ?? DEFAULT;

/** Whether a file fits such a list: of media types, types with a wildcard, and endings. */
export function isAccepted({ type, name = "" }, accept) {
  return accept.toLowerCase().split(",").map((each) => each.trim()).some((each) => {
    if (each.startsWith(".")) return name.toLowerCase().endsWith(each);
    return each === "*/*" || each === type || (each.endsWith("/*") && type.startsWith(each.slice(0, -1)));
  });
}
