// A backend of one's own in front of a model, as in the streaming guide's FastAPI example:
// {message} up, `data: {"chunk": "…"}` … `data: {"complete": true}` down.
import { answerJson } from "./proxy.mjs";

const LONGEST_REQUEST = 4 * 1024 * 1024;

async function readMessages(request) {
  const pieces = [];
  let length = 0;
  for await (const piece of request) {
    length += piece.length;
    if (length > LONGEST_REQUEST) throw new RangeError("The request is too long.");
    pieces.push(piece);
  }
  const { message, messages } = JSON.parse(Buffer.concat(pieces).toString());
  if (Array.isArray(messages) && messages.length > 0) return messages;
  if (typeof message !== "string" || message === "") throw new TypeError("A request needs a message.");
  return [{ role: "user", content: message }];
}

/** The payloads of a stream of `data: …` events. */
async function* payloads(body) {
  let rest = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data: ")) yield line.slice("data: ".length);
  }
}

async function relay(origin, request, response, signal) {
  let messages;
  try {
    messages = await readMessages(request);
  } catch (error) {
    return answerJson(response, 400, error.message);
  }
  const answer = await fetch(new URL("/v1/chat/completions", origin), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: "gpt-4o-mini", messages, stream: true }),
    signal,
  });
  if (!answer.ok) {
    const reason = (await answer.json().catch(() => null))?.error?.message;
    return answerJson(response, answer.status, reason ?? `The model answered ${answer.status}.`);
  }
  const send = (event) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store" });
  for await (const payload of payloads(answer.body)) {
    const chunk = payload === "[DONE]" ? "" : JSON.parse(payload).choices?.[0]?.delta?.content;
    if (chunk) send({ chunk });
  }
  send({ complete: true });
  response.end();
}

export function relayTo(origin) {
  return (request, response) => {
    if (request.method !== "POST") return answerJson(response, 405, "Only POST.");
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    relay(origin, request, response, gone.signal).catch((error) => {
      if (!gone.signal.aborted) answerJson(response, 502, `The model cannot be reached: ${error.message}`);
    });
  };
}
