const OPENAI = "https://api.openai.com/v1";

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (request.method !== "POST" || pathname !== "/api/openai/v1/chat/completions") return new Response("Not found", { status: 404 });
    // Check here who is asking: a session, a rate limit. Without a check everyone can use your key.
    const answer = await fetch(`${OPENAI}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${env.OPENAI_API_KEY}` },
      body: await request.text(),
      signal: request.signal,
    });
    const headers = { "content-type": answer.headers.get("content-type"), "cache-control": "no-store" };
    return new Response(answer.body, { status: answer.status, headers });
  },
};
