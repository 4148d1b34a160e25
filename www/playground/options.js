// What the playground offers: attributes of the element, and variables of its style.

/** `text` are attributes with a value, which `value` fills in when they are switched on; the others are on or off. */
export const ATTRIBUTES = [
  { name: "conversations", says: "a list of stored conversations", on: true },
  { name: "attachments", says: "images and files with a question", value: "image/*,application/pdf", on: true },
  { name: "suggestions", says: "questions to begin with", value: '["Explain quantum computing", "Async/await in JavaScript", "Give me a riddle"]', on: true },
  { name: "feedback", says: "thumbs under an answer" },
  { name: "figures", says: "times, rate and tokens of an answer" },
  { name: "read-aloud", says: "reads an answer aloud" },
  { name: "speech", says: "a microphone for the question" },
  { name: "pace", says: "smooths text that arrives in bursts" },
  { name: "images", says: "loads images of an answer" },
  { name: "launcher", says: "a button that opens the chat over the page" },
  { name: "disabled", says: "takes no questions" },
  { name: "greeting", says: "text of the empty chat", value: "What would you like to know?", on: true },
  { name: "placeholder", says: "text of the empty input", value: "Ask anything" },
  { name: "conversation", says: "the id of a stored conversation", value: "playground" },
];

/** What is always in the tag: where the answers come from. */
export const FIXED = { model: "gpt-4o-mini", "base-url": "/api/openai/v1", instructions: "Answer in Markdown." };

export const STYLES = [
  { name: "--refinire-chat-accent", says: "accent", type: "color", value: "#0b6b57" },
  { name: "--refinire-chat-font-size", says: "size", type: "range", min: 12, max: 24, value: 16, unit: "px" },
  { name: "--refinire-chat-radius", says: "corners", type: "range", min: 0, max: 32, value: 16, unit: "px" },
];

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** The tag, one attribute a line. Values with quotation marks stand between apostrophes, as people write JSON in attributes. */
export function tagOf(attributes, style = "") {
  const written = Object.entries(attributes).map(([name, value]) => {
    if (value === "") return name;
    return value.includes('"') && !value.includes("'") ? `${name}='${value.replaceAll("&", "&amp;")}'` : `${name}="${escaped(value)}"`;
  });
  if (style) written.push(`style="${escaped(style)}"`);
  return `<refinire-chat\n  ${written.join("\n  ")}></refinire-chat>`;
}
