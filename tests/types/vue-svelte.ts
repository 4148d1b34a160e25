// The bindings for Vue and Svelte as TypeScript sees them, with the own types of both.
import type { Context, Message, RunResult } from "refinire-web";
import { useChat as useSvelteChat, useMessages as useSvelteMessages } from "refinire-web/svelte";
import { useChat as useVueChat, useMessages as useVueMessages } from "refinire-web/vue";
import type { ChatStatus } from "refinire-web/vue";
import { get } from "svelte/store";
import { ref } from "vue";

const agent = { name: "n", generationInstructions: "", model: "m" };
const inVue = useVueChat(() => ({ agent, id: "talk" }));
useVueChat(ref({ agent }));
inVue.messages.value satisfies readonly Message[];
inVue.status.value satisfies ChatStatus;
inVue.send("Hi") satisfies Promise<RunResult<unknown> | undefined>;
useVueMessages(inVue.context).value satisfies readonly Message[];
useVueMessages(() => undefined);

const inSvelte = useSvelteChat({ agent });
useSvelteChat(() => ({ agent }));
get(inSvelte.messages) satisfies readonly Message[];
get(inSvelte.error)?.message satisfies string | undefined;
inSvelte.stop() satisfies void;
declare const context: Context;
get(useSvelteMessages(context)) satisfies readonly Message[];

// @ts-expect-error only a run changes it
inVue.status.value = "ready";
// @ts-expect-error a store that is only read
inSvelte.status.set("ready");
