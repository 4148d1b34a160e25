// `refinire-web/vue`: conversations as Vue refs.
import init, { Context, RefinireAgent } from "refinire-web";
import { computed, getCurrentInstance, onMounted, onScopeDispose, shallowRef, toRaw, toValue, watch } from "vue";
import { Chat, INITIAL } from "../bindings/chat.js";

const library = { init, Context, RefinireAgent };

/** The options without Vue's proxies around what is in them. */
const plain = (given) => Object.fromEntries(Object.entries(toValue(given)).map(([name, value]) => [name, toRaw(value)]));

/** Calls it once the component is there, or at once where there is none: a server calls it never. */
const whenMounted = (work) => (getCurrentInstance() ? onMounted(work) : work());

/** A conversation, and what a user can do in it. */
export function useChat(given) {
  const state = shallowRef(INITIAL);
  let chat = new Chat(library, plain(given));
  let leave;

  function enter() {
    const unsubscribe = chat.subscribe(() => (state.value = chat.getSnapshot()));
    const detach = chat.attach();
    state.value = chat.getSnapshot();
    leave = () => {
      detach();
      unsubscribe();
    };
  }

  whenMounted(enter);
  onScopeDispose(() => leave?.());
  watch(() => plain(given), (options) => {
    if (chat.fits(options)) return chat.update(options);
    chat = new Chat(library, options);
    if (!leave) return;
    leave();
    enter();
  });

  const part = (key) => computed(() => state.value[key]);
  const actions = Object.fromEntries(Object.keys(chat.actions).map((name) => [name, (...args) => chat.actions[name](...args)]));
  return { messages: part("messages"), status: part("status"), error: part("error"), text: part("text"), context: part("context"), ...actions };
}

/** The messages of a conversation. */
export function useMessages(given) {
  const messages = shallowRef(INITIAL.messages);
  let unsubscribe;

  function follow(context) {
    unsubscribe?.();
    messages.value = context?.messages ?? INITIAL.messages;
    unsubscribe = context?.subscribe(() => (messages.value = context.messages));
  }

  whenMounted(() => watch(() => toRaw(toValue(given)), follow, { immediate: true }));
  onScopeDispose(() => unsubscribe?.());
  return computed(() => messages.value);
}
