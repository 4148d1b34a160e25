// Importing this makes <refinire-chat> known to the page, where there is one.
import { RefinireChatElement } from "./element.js";

export { RefinireChatElement };

const elements = globalThis.customElements;
if (elements && !elements.get("refinire-chat")) elements.define("refinire-chat", RefinireChatElement);
