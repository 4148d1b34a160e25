// What the parts that are loaded later take from the rest. They all take it from here: so it is one chunk.
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
