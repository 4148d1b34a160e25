"use client";
import { useState } from "react";
import { useChat } from "refinire-web/react";
import { agent } from "./agent.js";

export function Chat() {
  const { messages, status, error, send, stop, resume, clear } = useChat({ id: "example", agent });
  const [question, setQuestion] = useState("");
  const isBusy = status === "submitted" || status === "streaming";
  const canContinue = !isBusy && (error || messages.at(-1)?.interrupted);

  function ask(event) {
    event.preventDefault();
    if (!question.trim()) return;
    send(question);
    setQuestion("");
  }

  return (
    <main>
      <header>
        <h1>refinire-web in Next</h1>
        <button className="quiet" onClick={clear}>Clear</button>
      </header>
      <ol aria-live="polite">
        {messages.map((message) => <li key={message.id} className={message.role}>{message.content}</li>)}
      </ol>
      {status === "submitted" && <p>Thinking …</p>}
      {error && <p role="alert">{error.message}</p>}
      {canContinue && <button className="quiet" onClick={() => resume()}>Continue</button>}
      <form onSubmit={ask}>
        <input aria-label="Question" value={question} onChange={(event) => setQuestion(event.target.value)} />
        {isBusy ? <button type="button" onClick={stop}>Stop</button> : <button>Ask</button>}
      </form>
    </main>
  );
}
