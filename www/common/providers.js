// The wire formats one can choose from, and what the library is told about each. `event` is what
// stands before and after a piece of text on the wire.

export const FORMATS = [
  { id: "openai", label: "OpenAI Chat", path: "/chat/completions", standIn: "/api/openai/v1", model: "gpt-4o-mini", home: "https://api.openai.com/v1",
    event: ['data: {"choices":[{"delta":{"content":"', '"}}]}'] },
  { id: "openai-responses", label: "OpenAI Responses", path: "/responses", standIn: "/api/openai/v1", model: "gpt-4o-mini", home: "https://api.openai.com/v1",
    event: ['event: response.output_text.delta\ndata: {"delta":"', '", …}'] },
  { id: "anthropic", label: "Anthropic", path: "/messages", standIn: "/api/anthropic/v1", model: "claude-sonnet-4-5", home: "https://api.anthropic.com/v1",
    event: ['event: content_block_delta\ndata: {"delta":{"text":"', '"}, …}'] },
  { id: "gemini", label: "Gemini", path: "/models/…:streamGenerateContent", standIn: "/api/gemini/v1beta", model: "gemini-2.5-flash", home: "https://generativelanguage.googleapis.com/v1beta",
    event: ['data: {"candidates":[{"content":{"parts":[{"text":"', '"}]}}]}'] },
  { id: "ollama", label: "Ollama", path: "/api/chat", standIn: "/api/ollama", model: "llama3.1:8b", home: "http://localhost:11434",
    event: ['{"message":{"content":"', '"},"done":false}'] },
  { id: "relay", label: "Relay", path: "your own backend", standIn: "/api/relay", model: "relay", home: "https://example.com/stream",
    event: ['data: {"chunk":"', '"}'] },
];

export const formatOf = (id) => FORMATS.find((format) => format.id === id) ?? FORMATS[0];

const INSTRUCTIONS = "You are a helpful assistant. Answer in Markdown.";

/** Only where an address or a key was typed does a question leave this machine. */
export const isOwn = ({ baseUrl, apiKey }) => Boolean(baseUrl || apiKey);

/** A few words on who is going to answer. */
export function destinationOf(settings) {
  const format = formatOf(settings.format);
  const model = settings.model || format.model;
  const where = isOwn(settings) ? hostOf(settings.baseUrl || format.home) : "scripted model";
  return { format: format.label, model, where };
}

function hostOf(url) {
  try {
    return new URL(url, globalThis.location?.href).host || url;
  } catch {
    return url;
  }
}

export function agentOptions(settings) {
  const format = formatOf(settings.format);
  const options = {
    name: "demo",
    generationInstructions: INSTRUCTIONS,
    provider: format.id,
    model: settings.model || format.model,
  };
  if (!isOwn(settings)) return { ...options, baseUrl: format.standIn };
  if (settings.baseUrl) options.baseUrl = settings.baseUrl;
  // The visitor's own key, typed by the visitor: the one case in which a page may hold it.
  if (settings.apiKey) Object.assign(options, { apiKey: settings.apiKey, dangerouslyAllowBrowser: true });
  return options;
}
