// The chat page: <refinire-chat>, and the settings of the agent that answers in it.
import "/pkg/chat.js";
import init, { RefinireAgent } from "/pkg/refinire_web.js";

import { element } from "../common/dom.js";
import { agentOptions } from "../common/providers.js";
import { Settings } from "./settings.js";

const chat = document.querySelector("refinire-chat");
const byId = (id) => document.getElementById(id);

chat.suggestions = [
  "What is this page?",
  "Explain quantum computing",
  "Async/await in JavaScript",
  "日本語で自己紹介してください",
  "Give me a riddle",
  "A very long answer",
  "Cut the connection half way",
];

let chosen;
let used;

/** Takes the agent of these settings. An answer that another one is writing goes on. */
function use(settings) {
  const before = used;
  used = chat.agent = new RefinireAgent(agentOptions(settings));
  before?.free();
}

function changed({ format, model, where }, settings) {
  byId("open-settings").textContent = format;
  byId("destination").textContent = `${model} · ${where}`;
  chosen = settings;
  if (used) use(settings);
}

function notice(words) {
  byId("notice").textContent = words;
  byId("notice").hidden = false;
}

new Settings(byId("settings"), changed);
// In the wide layout the settings stand beside the conversation and are no popover.
matchMedia("(min-width: 60rem)").addEventListener("change", () => byId("settings").hidePopover());

const copy = byId("copy-install");
copy.addEventListener("click", async () => {
  const isCopied = await navigator.clipboard.writeText(byId("install").textContent).then(() => true, () => false);
  copy.replaceChildren(element("span", {}, isCopied ? "Copied" : "Not allowed"));
});

init().then(() => use(chosen), (error) => notice(`The library could not be loaded: ${error.message}`));
