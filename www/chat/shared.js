// What modules that are loaded on demand share with the rest. They import it from here alone, so that it is bundled as one chunk.
export { linkTarget } from "./link.js";
export { randomName } from "./session/remembered.js";
export { described } from "./session/turns.js";
export { addTexts, filled } from "./text/texts.js";
export { actionButton } from "./view/action.js";
export { element, grow, shape } from "./view/dom.js";
export { addIcons, icon } from "./view/icons.js";
export { isEnter } from "./view/keys.js";
export { addStyle } from "./view/sheets.js";
export { timeOf } from "./view/time.js";
