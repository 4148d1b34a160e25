import { useChat, useMessages } from "refinire-web/vue";
import { createApp, h, onMounted, ref } from "vue";
import { agent } from "./server.js";

const Asking = {
  props: ["id"],
  setup(props) {
    const { context, send, status } = useChat(() => ({ id: props.id, agent }));
    const messages = useMessages(context);
    onMounted(() => void (props.id === "a" && send("Count")));
    return () => h("output", { title: status.value }, messages.value.map(({ content }) => content).join());
  },
};

const App = {
  setup() {
    const id = ref("a");
    return () => [id.value && h(Asking, { id: id.value }), ...["a", "b", ""].map((name) => h("button", { onClick: () => (id.value = name) }, name || "none"))];
  },
};

createApp(App).mount("#app");
