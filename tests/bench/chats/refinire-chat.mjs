// <refinire-chat>, as the package that `make package` leaves in pkg/.
const { default: init, Context, RefinireAgent } = await import("/pkg/refinire_web.js");
await import("/pkg/chat.js");
await init();

const eventOf = (content) => new TextEncoder().encode(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);

export const name = "<refinire-chat>";

/** Stores a conversation. Gives what opens it: an element that is not in the page yet. */
export async function prepare(turns, { storage = "local" } = {}) {
  const context = new Context({ id: "bench", storage });
  for (const { role, text } of turns) role === "user" ? context.addUserMessage(text) : context.addAssistantMessage(text);
  const chat = document.createElement("refinire-chat");
  if (storage === "memory") chat.context = context;
  else {
    context.free();
    chat.setAttribute("conversation", "bench");
  }
  return chat;
}

/** Asks a question; `pieces` gives the text of the answer, piece by piece. Resolves at its end. */
export function ask(chat, pieces) {
  const body = new ReadableStream({
    async start(controller) {
      for await (const piece of pieces) controller.enqueue(eventOf(piece));
      controller.close();
    },
  });
  const fetch = async () => new Response(body, { headers: { "content-type": "text/event-stream" } });
  chat.agent = new RefinireAgent({ name: "bench", generationInstructions: "Answer.", model: "gpt-4o-mini", baseUrl: "/v1", fetch, retry: false, fallback: false });
  return chat.send("And then?").catch(() => {});
}

/** The text of the answer at the end. */
export const lastText = (chat) => [...chat.shadowRoot.querySelectorAll(".answer .body")].at(-1)?.textContent ?? "";
