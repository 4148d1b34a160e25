import { Hono } from "hono";
import { streamSSE } from "hono/streaming";

const app = new Hono();

app.post("/stream", async (c) => {
  const { message } = await c.req.json(); // also `messages`, the whole conversation
  return streamSSE(c, async (stream) => {
    const send = (payload) => stream.writeSSE({ data: JSON.stringify(payload) });
    try {
      for await (const chunk of answer(message)) await send({ chunk });
      await send({ complete: true });
    } catch {
      await send({ error: "the agent could not answer" });
    }
  });
});

/** Your own agent goes here. */
async function* answer(message) {
  yield "You asked: ";
  yield message;
}

export default app;
