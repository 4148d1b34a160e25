import { Context } from "refinire-web";

const context = new Context({ id: "main" }); // the same id in every tab
const list = document.querySelector("#messages");
const items = new Map();

context.subscribe(show);
show();

/** An unchanged message is the same object as before: only changed ones are drawn again. */
function show() {
  for (const message of context.messages) {
    const { item, shown } = items.get(message.id) ?? { item: document.createElement("li") };
    if (shown !== message) draw(item, message);
    items.set(message.id, { item, shown: message });
  }
  list.replaceChildren(...context.messages.map(({ id }) => items.get(id).item));
}

function draw(item, message) {
  item.className = message.role;
  item.textContent = message.content + (message.streaming ? " …" : message.interrupted ? " (incomplete)" : "");
}
