import { Context } from "refinire-web";

const context = new Context({ id: "main" }); // the same id in every tab
const list = document.querySelector("#messages");

context.subscribe(show);
show();

function show() {
  list.replaceChildren(...context.messages.map(({ role, content, streaming }) => {
    const item = document.createElement("li");
    item.className = role;
    item.textContent = streaming ? `${content} …` : content;
    return item;
  }));
}
