// The attributes of the element, and what they say.
import { acceptOf } from "./session/accept.js";
import { textsWith } from "./text/texts.js";

// The options of an agent that are attributes.
const OPTIONS = { model: "model", provider: "provider", "base-url": "baseUrl", instructions: "generationInstructions" };
// What messages are drawn with.
const FLAGS = { images: "images", counts: "counts", figures: "figures", feedback: "feedback", "read-aloud": "readAloud", "hide-error-details": "hidesDetails" };
const OTHERS = ["launcher", "open", "conversation", "placeholder", "greeting", "disabled", "texts", "conversations", "pace", "attachments",
  "max-attachment-size", "speech", "suggestions"];
// In bytes.
const MAX_ATTACHMENT = 20_000_000;

export const ATTRIBUTES = [...Object.keys(OPTIONS), ...Object.keys(FLAGS), ...OTHERS];

/** The options of the agent that the element makes. */
export function agentOptionsOf(chat) {
  const given = Object.entries(OPTIONS).filter(([attribute]) => chat.hasAttribute(attribute));
  return Object.fromEntries(given.map(([attribute, name]) => [name, chat.getAttribute(attribute)]));
}

/** What can be put in besides text. */
export function inputsOf(chat, hasOwnAgent) {
  const accept = chat.getAttribute("attachments");
  return {
    accept: accept === "" ? acceptOf(hasOwnAgent ? {} : agentOptionsOf(chat)) : (accept ?? ""),
    limit: Number(chat.getAttribute("max-attachment-size")) || MAX_ATTACHMENT,
    speech: chat.hasAttribute("speech"),
  };
}

/** What is shown with messages. */
export const flagsOf = (chat) => Object.fromEntries(Object.entries(FLAGS).map(([attribute, name]) => [name, chat.hasAttribute(attribute)]));

/** All texts, with those that a page has given: as an attribute, by a script, or in attributes of their own. */
export function textsOf(chat, given) {
  const own = { placeholder: chat.getAttribute("placeholder") ?? undefined, greeting: chat.getAttribute("greeting") ?? undefined };
  return textsWith(parsed(chat.getAttribute("texts")), given, own);
}

/** JSON that cannot be read counts for nothing. */
function parsed(json) {
  try {
    return JSON.parse(json ?? "{}");
  } catch {
    return {};
  }
}
