// deep-chat, with the same conversation as its history.
import "deep-chat";

export const name = "deep-chat";

export async function prepare(turns) {
  const chat = document.createElement("deep-chat");
  chat.history = turns.map(({ role, text }) => ({ role: role === "user" ? "user" : "ai", text }));
  chat.connect = { stream: true, handler: (_, signals) => chat.answer(signals) };
  return chat;
}

export function ask(chat, pieces) {
  return new Promise((resolve) => {
    chat.answer = async (signals) => {
      signals.onOpen();
      for await (const text of pieces) await signals.onResponse({ text });
      signals.onClose();
      resolve();
    };
    chat.submitUserMessage({ text: "And then?" });
  });
}

export const lastText = (chat) => [...(chat.shadowRoot?.querySelectorAll(".ai-message-text") ?? [])].at(-1)?.textContent ?? "";
