// <refinire-chat> in JSX, in Vue's templates and in Svelte's.
import type { GlobalComponents } from "vue";
import type { SvelteHTMLElements } from "svelte/elements";
import type { RefinireChatElement } from "refinire-web/chat";
import type {} from "refinire-web/react";
import type {} from "refinire-web/svelte";
import type {} from "refinire-web/vue";

<refinire-chat model="llama3.1:8b" base-url="/api" conversation="talk" counts className="chat" onrefinire-finish={({ detail }) => detail.result.text} ref={(chat: RefinireChatElement | null) => void chat?.send("Hi")} />;
// @ts-expect-error no provider is called so
<refinire-chat provider="nobody" />;
// @ts-expect-error an event has its own detail
<refinire-chat onrefinire-chunk={({ detail }) => detail.result} />;

type Vue = InstanceType<GlobalComponents["refinire-chat"]>["$props"];
({ model: "llama3.1:8b", "base-url": "/api", images: true, class: "chat", onRefinireChunk: ({ detail }) => detail.chunk }) satisfies Vue;
// @ts-expect-error a model is a name
({ model: 1 }) satisfies Vue;

type Svelte = SvelteHTMLElements["refinire-chat"];
({ model: "llama3.1:8b", "base-url": "/api", disabled: "", class: "chat", "onrefinire-error": ({ detail }) => detail.error, "on:refinire-send": ({ detail }) => detail.text }) satisfies Svelte;
// @ts-expect-error a model is a name
({ model: 1 }) satisfies Svelte;
