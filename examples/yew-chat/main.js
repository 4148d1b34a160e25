import init from "./dist/yew-chat.js";

init();
