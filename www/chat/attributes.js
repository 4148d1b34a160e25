// The attributes and properties of the element, and what they say.
import { textsWith } from "./text/texts.js";

// The options of an agent that are attributes.
const OPTIONS = { model: "model", provider: "provider", "base-url": "baseUrl", instructions: "generationInstructions" };
// What messages are drawn with.
const FLAGS = { images: "images", counts: "counts", figures: "figures", feedback: "feedback", "read-aloud": "readAloud", "hide-error-details": "hidesDetails" };
const OTHERS = ["launcher", "open", "conversation", "placeholder", "greeting", "disabled", "texts", "conversations", "pace", "attachments",
  "max-attachment-size", "speech", "suggestions"];
// These need the optional parts; the last ones under each answer.
const EXTRAS = ["counts", "figures", "feedback", "read-aloud"];
const PARTS = ["launcher", "attachments", "speech", "suggestions", ...EXTRAS];

export const ATTRIBUTES = [...Object.keys(OPTIONS), ...Object.keys(FLAGS), ...OTHERS];

/** Takes the properties that a script set before the class was defined. */
export function takeEarlier(chat) {
  for (const [name, value] of Object.entries(chat)) {
    delete chat[name];
    chat[name] = value;
  }
}

/** The options of the agent that the element makes. */
export function agentOptionsOf(chat) {
  const given = Object.entries(OPTIONS).filter(([attribute]) => chat.hasAttribute(attribute));
  return Object.fromEntries(given.map(([attribute, name]) => [name, chat.getAttribute(attribute)]));
}

export const needsExtras = (chat) => EXTRAS.some((name) => chat.hasAttribute(name));
export const needsParts = (chat) => PARTS.some((name) => chat.hasAttribute(name));

/** The list in the attribute; empty where it cannot be read. */
export const suggestionsOf = (chat) => parsed(chat.getAttribute("suggestions"), []);

/** What is shown with messages. */
export const flagsOf = (chat) => Object.fromEntries(Object.entries(FLAGS).map(([attribute, name]) => [name, chat.hasAttribute(attribute)]));

/** All texts, with those that a page has given: as an attribute, by a script, or in attributes of their own. */
export function textsOf(chat, given) {
  const own = { placeholder: chat.getAttribute("placeholder"), greeting: chat.getAttribute("greeting") };
  return textsWith(parsed(chat.getAttribute("texts"), {}), given, own);
}

/** JSON, or `otherwise` where there is none or it cannot be read. */
function parsed(json, otherwise) {
  try {
    return JSON.parse(json) ?? otherwise;
  } catch {
    return otherwise;
  }
}
