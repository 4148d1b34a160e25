import { createStore, del, get, keys, set } from "idb-keyval";

const store = createStore("my-app", "conversations"); // a database of your own
const channel = new BroadcastChannel("my-app-conversations");
const changed = (key) => channel.postMessage(key);

/** Tells other tabs what was written, and hears of what they wrote. */
export const storage = {
  getItem: (key) => get(key, store),
  setItem: (key, value) => set(key, value, store).then(() => changed(key)),
  removeItem: (key) => del(key, store).then(() => changed(key)),
  keys: () => keys(store),
  subscribe(listener) {
    const hear = ({ data }) => listener(data);
    channel.addEventListener("message", hear);
    return () => channel.removeEventListener("message", hear);
  },
};

/** For a page that is done with it. */
export const close = () => channel.close();
