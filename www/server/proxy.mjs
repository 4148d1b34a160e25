// Hands the wire formats' own requests on to the model, byte for byte and as they come.
import { request as requestUpstream } from "node:http";
import { pipeline } from "node:stream";

// Only what the formats need: the model's control interface stays out of a page's reach.
const ROUTES = [
  [/^\/api\/openai(\/v1\/(?:chat\/completions|responses))$/, "OpenAI"],
  [/^\/api\/anthropic(\/v1\/messages)$/, "Anthropic"],
  [/^\/api\/gemini(\/v1beta\/models\/[\w.-]+:(?:streamGenerateContent|generateContent))$/, "Gemini"],
  [/^\/api\/ollama(\/api\/chat)$/, "Ollama"],
];

// Credentials are not among them: the stand-in needs none and keeps a record of what it gets.
const REQUEST_HEADERS = ["accept", "content-type", "content-length", "anthropic-version"];
const RESPONSE_HEADERS = ["content-type", "content-length", "retry-after"];

function pick(headers, names) {
  return Object.fromEntries(names.filter((name) => name in headers).map((name) => [name, headers[name]]));
}

export function answerJson(response, status, message) {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
  response.end(JSON.stringify({ error: { message } }));
}

export function proxyTo(origin) {
  return (request, response) => {
    const [path, query] = request.url.split("?", 2);
    const target = ROUTES.map(([pattern]) => path.match(pattern)?.[1]).find(Boolean);
    if (!target) return answerJson(response, 404, `No wire format is served at ${path}.`);
    if (request.method !== "POST") return answerJson(response, 405, "Only POST.");

    const upstream = requestUpstream(new URL(query ? `${target}?${query}` : target, origin), {
      method: "POST",
      headers: pick(request.headers, REQUEST_HEADERS),
    });
    upstream.on("response", (answer) => {
      // no-store also keeps Chromium from reading far ahead of a slow reader.
      response.writeHead(answer.statusCode, { ...pick(answer.headers, RESPONSE_HEADERS), "Cache-Control": "no-store" });
      // A cut on either side destroys the other, so a client sees a cut as a cut.
      pipeline(answer, response, () => {});
    });
    upstream.on("error", (error) => answerJson(response, 502, `The model cannot be reached: ${error.message}`));
    response.on("close", () => upstream.destroy());
    pipeline(request, upstream, () => {});
  };
}
