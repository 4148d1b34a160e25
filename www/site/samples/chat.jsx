"use client"; // for Next
import { useState } from "react";
import { useChat } from "refinire-web/react";

const agent = { name: "helper", generationInstructions: "Answer briefly.", model: "gpt-4o-mini", baseUrl: "/api/openai/v1" };

export default function Chat() {
  const { messages, status, error, send, stop } = useChat({ id: "main", agent });
  const [question, setQuestion] = useState("");
  const ask = (event) => {
    event.preventDefault();
    send(question);
    setQuestion("");
  };
  return (
    <form onSubmit={ask}>
      {messages.map(({ id, role, content }) => <p key={id} className={role}>{content}</p>)}
      {error && <p role="alert">{error.message}</p>}
      <input aria-label="Question" value={question} onChange={(event) => setQuestion(event.target.value)} required />
      {status === "submitted" || status === "streaming" ? <button type="button" onClick={stop}>Stop</button> : <button>Ask</button>}
    </form>
  );
}
