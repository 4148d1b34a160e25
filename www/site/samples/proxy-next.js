// app/api/openai/v1/chat/completions/route.js
export async function POST(request) {
  // Check here who is asking: a session, a rate limit. Without a check everyone can use your key.
  const answer = await fetch("https://api.openai.com/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${process.env.OPENAI_API_KEY}` },
    body: await request.text(),
    signal: request.signal,
  });
  const headers = { "content-type": answer.headers.get("content-type"), "cache-control": "no-store" };
  return new Response(answer.body, { status: answer.status, headers });
}
