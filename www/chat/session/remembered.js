// Which conversation was shown last, for after a reload. Two elements on a page are told apart by their ids.

const keyOf = ({ id }) => `refinire-chat:${id || location.pathname}`;

/** The name; undefined where there is none, or the browser does not let the page read it. */
export function remembered(chat) {
  try {
    return localStorage.getItem(keyOf(chat)) || undefined;
  } catch {
    return undefined;
  }
}

export function remember(chat, name) {
  try {
    localStorage.setItem(keyOf(chat), name);
  } catch {
    // The next visit begins with another conversation.
  }
}

/** The name of a new conversation. */
export const randomName = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
