import { Chat } from "./chat.jsx";

// Rendered on the server; the messages are there once the browser has taken the page over.
export default function Page() {
  return <Chat />;
}
