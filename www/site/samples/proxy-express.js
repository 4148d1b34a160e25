import { Readable } from "node:stream";
import express from "express";

const OPENAI = "https://api.openai.com/v1";
const app = express();

app.post("/api/openai/v1/chat/completions", express.text({ type: "application/json", limit: "10mb" }), async (request, response) => {
  // Check here who is asking: a session, a rate limit. Without a check everyone can use your key.
  const stop = new AbortController();
  response.on("close", () => stop.abort()); // a reader who stops also stops the model
  const answer = await fetch(`${OPENAI}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${process.env.OPENAI_API_KEY}` },
    body: request.body,
    signal: stop.signal,
  });
  response.status(answer.status);
  response.set({ "content-type": answer.headers.get("content-type"), "cache-control": "no-store" });
  Readable.fromWeb(answer.body).on("error", () => response.destroy()).pipe(response);
});

export const server = app.listen(Number(process.env.PORT ?? 3000));
