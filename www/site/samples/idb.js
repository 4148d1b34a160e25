import { del, get, keys, set } from "idb-keyval";
import { Context } from "refinire-web";

const storage = { getItem: get, setItem: set, removeItem: del, keys };

export const context = await new Context({ id: "main", storage }).ready; // stored messages have been read

/** All conversations in it, newest first. */
export const conversations = () => Context.list({ storage });
