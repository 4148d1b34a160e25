// Every word that the element says, in English. A page may replace any of them; {…} is filled in.

export const ENGLISH = {
  conversation: "Conversation",
  you: "You",
  assistant: "Assistant",
  question: "Your message",
  placeholder: "Ask anything",
  greeting: "",
  send: "Send",
  stop: "Stop",
  jump: "Jump to latest",
  earlier: "Show earlier messages",
  copy: "Copy",
  copyCode: "Copy code",
  copied: "Copied",
  notCopied: "The browser does not allow copying here",
  edit: "Edit",
  editing: "Editing your last message",
  cancel: "Cancel",
  retry: "Try again",
  resume: "Continue",
  waiting: "Waiting for the answer",
  thinking: "Thinking",
  thoughts: "Thoughts",
  calling: "Calling {name}",
  called: "Called {name}",
  input: "Input",
  output: "Result",
  retrying: "Trying again in {seconds} s",
  fallback: "Requesting the answer without streaming",
  goingOn: "Connection lost: continuing",
  stopped: "Stopped",
  cut: "Interrupted",
  interrupted: "This answer was interrupted.",
  unanswered: "There is no answer.",
  empty: "The answer was empty.",
  lengthReached: "The model stopped at its length limit.",
  limitReached: "The answer reached this page’s length limit.",
  filtered: "The provider’s content filter stopped the answer.",
  offline: "You are offline. What you send waits for the network.",
  notKept: "This conversation cannot be saved on this device.",
  characters: "Characters: {count}",
  chunks: "Chunks: {count}",
  conversations: "Conversations",
  newConversation: "New conversation",
  noConversations: "No saved conversations yet.",
  deleteConversation: "Delete",
  untitled: "Untitled",
  code: "Code",
  table: "Table",
  errorNetwork: "The model could not be reached.",
  adviceNetwork: "Check the connection, then try again.",
  errorTimeout: "The model took too long.",
  adviceTimeout: "Try again in a moment.",
  errorTruncated: "The connection was lost before the answer was complete.",
  adviceTruncated: "The text so far is saved.",
  errorAccess: "Access was refused.",
  adviceAccess: "Please contact the owner of this page.",
  errorMissing: "This model is not available.",
  adviceMissing: "Please contact the owner of this page.",
  errorBusy: "Too many requests.",
  adviceBusy: "Wait a moment, then try again.",
  adviceBusyFor: "Wait {seconds} seconds, then try again.",
  errorServer: "The model’s server failed.",
  adviceServer: "Try again in a moment.",
  errorProtocol: "The answer could not be read.",
  adviceProtocol: "Try again.",
  errorRefused: "The message was not sent.",
  adviceRefused: "Try to rephrase it.",
  errorSetup: "This chat is not configured.",
  adviceSetup: "Please contact the owner of this page.",
  errorOther: "Something went wrong.",
  adviceOther: "Try again.",
};

export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** English, with what a page says instead: an object, or JSON in an attribute. Only strings for words there are count. */
export function textsWith(...replacements) {
  const texts = { ...ENGLISH };
  for (const replacement of replacements) {
    for (const [name, text] of Object.entries(replacement ?? {})) {
      if (Object.hasOwn(ENGLISH, name) && typeof text === "string") texts[name] = text;
    }
  }
  return texts;
}
