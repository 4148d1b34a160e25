import { Hono } from "hono";
import { env } from "hono/adapter";

const OPENAI = "https://api.openai.com/v1";
const app = new Hono();

app.post("/api/openai/v1/chat/completions", async (c) => {
  // Check here who is asking: a session, a rate limit. Without a check everyone can use your key.
  const answer = await fetch(`${OPENAI}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${env(c).OPENAI_API_KEY}` },
    body: await c.req.text(),
    signal: c.req.raw.signal,
  });
  const headers = { "content-type": answer.headers.get("content-type"), "cache-control": "no-store" };
  return new Response(answer.body, { status: answer.status, headers });
});

export default app;
