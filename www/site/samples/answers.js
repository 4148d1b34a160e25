import "refinire-web/chat";

const chat = document.querySelector("refinire-chat");

chat.addEventListener("refinire-feedback", ({ detail: { value, message, question } }) => {
  navigator.sendBeacon("/feedback", JSON.stringify({ value, question, answer: message.content }));
});

chat.actions = [{ name: "mail", label: "Mail", run: ({ text }) => open(`mailto:?body=${encodeURIComponent(text)}`) }];

chat.toolViews = {
  get_weather({ input, output, isRunning }) {
    const view = document.createElement("p");
    view.textContent = isRunning ? `Looking at the sky over ${input.city}` : `${input.city}: ${output.sky}`;
    return view;
  },
};
