// `refinire-web/svelte`: conversations as Svelte stores.
import init, { Context, RefinireAgent } from "refinire-web";
import { onMount } from "svelte";
import { Chat, INITIAL } from "../bindings/chat.js";

const library = { init, Context, RefinireAgent };

/** A conversation, and what a user can do in it. */
export function useChat(given) {
  const read = () => (typeof given === "function" ? given() : given);
  const chat = new Chat(library, read());
  let isMounted = false;
  const listeners = new Set();
  onMount(() => {
    isMounted = true;
    const detach = chat.attach();
    for (const tell of listeners) tell();
    return detach;
  });

  /** A store of one part of the state: what a server renders, until the component is there. */
  const part = (key) => ({
    subscribe(run) {
      const current = () => (isMounted ? chat.getSnapshot() : INITIAL)[key];
      let last = current();
      const tell = () => {
        if (Object.is(last, current())) return;
        last = current();
        run(last);
      };
      run(last);
      listeners.add(tell);
      const unsubscribe = chat.subscribe(tell);
      return () => {
        listeners.delete(tell);
        unsubscribe();
      };
    },
  });

  const latest = (action) => (...args) => {
    chat.update(read());
    return action(...args);
  };
  const actions = Object.fromEntries(Object.entries(chat.actions).map(([name, action]) => [name, latest(action)]));
  return { messages: part("messages"), status: part("status"), error: part("error"), text: part("text"), context: part("context"), ...actions };
}

/** The messages of a conversation. */
export const useMessages = (context) => ({
  subscribe(run) {
    run(context?.messages ?? INITIAL.messages);
    return context?.subscribe(() => run(context.messages)) ?? (() => {});
  },
});
