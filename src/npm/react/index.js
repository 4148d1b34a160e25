// `refinire-web/react`: conversations as React state.
"use client";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import init, { Context, RefinireAgent } from "refinire-web";
import { Chat, INITIAL } from "../bindings/chat.js";

const library = { init, Context, RefinireAgent };
const initial = () => INITIAL;

/** A conversation, and what a user can do in it. */
export function useChat(options) {
  const [held, hold] = useState(() => new Chat(library, options));
  let chat = held;
  if (!held.fits(options)) {
    chat = new Chat(library, options);
    hold(chat);
  }
  useEffect(() => chat.update(options));
  useEffect(chat.attach, [chat]);
  const state = useSyncExternalStore(chat.subscribe, chat.getSnapshot, initial);
  return useMemo(() => ({ ...state, ...chat.actions }), [state, chat]);
}

const nothing = () => {};
const none = () => INITIAL.messages;

/** The messages of a conversation. */
export function useMessages(context) {
  const subscribe = useCallback((listener) => context?.subscribe(listener) ?? nothing, [context]);
  return useSyncExternalStore(subscribe, () => context?.messages ?? INITIAL.messages, none);
}
