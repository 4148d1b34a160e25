"use client";
import { useEffect, useState } from "react";
import init, { RefinireAgent } from "refinire-web";

export default function Answer({ question }) {
  const [text, setText] = useState("");
  useEffect(() => {
    const stop = new AbortController();
    init()
      .then(() => new RefinireAgent({ name: "page", generationInstructions: "", model: "gpt-4o-mini", baseUrl: "/api/openai/v1" }))
      .then((agent) => agent.run(question, { signal: stop.signal, callback: (chunk) => setText((text) => text + chunk) }))
      .catch((error) => { if (!stop.signal.aborted) setText(error.message); });
    return () => { stop.abort(); setText(""); };
  }, [question]);
  return <p>{text}</p>;
}
