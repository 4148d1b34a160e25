import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { useChat, useMessages } from "refinire-web/react";
import { agent } from "./server.js";

function Asking({ id }) {
  const { context, send, status } = useChat({ id, agent });
  const messages = useMessages(context);
  // In a strict React this runs twice.
  useEffect(() => void (id === "a" && send("Count")), []);
  return <output title={status}>{messages.map(({ content }) => content).join()}</output>;
}

function App() {
  const [id, show] = useState("a");
  return <>
    {id && <Asking id={id} />}
    {["a", "b", ""].map((id) => <button key={id} onClick={() => show(id)}>{id || "none"}</button>)}
  </>;
}

createRoot(document.getElementById("app")).render(<StrictMode><App /></StrictMode>);
