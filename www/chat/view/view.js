// What is in the element's shadow: the list of conversations, the messages, the input, and what is said to those who do not see them.
import { Hooks } from "../markdown/hooks.js";
import { versionOf } from "./alternatives.js";
import { Composer } from "./composer.js";
import { drawings, element, icon, shape } from "./dom.js";
import { DropZone } from "./dropzone.js";
import { Launcher } from "./launcher.js";
import { QueueList } from "./queue-list.js";
import { Follower, holdPlace } from "./scroll.js";
import { style } from "./style.js";
import { Suggestions } from "./suggestions.js";
import { Transcript } from "./transcript.js";

const COPIED_MS = 2000;
// By then screen readers have taken what is to be said. They would find it a second time when they read the page.
const SPOKEN_MS = 7000;

export class View {
  composer;
  hooks;
  launcher;
  queue;
  suggestions;
  transcript;
  #conversations;
  #drop;
  #texts;
  #log;
  #title = element("span");
  #panel = element("div", { class: "chat", part: "base" });
  #drawings = shape("svg", { hidden: true });
  #jump = element("button", { type: "button", class: "button jump", part: "jump", hidden: true });
  #notice = element("p", { class: "notice", role: "status", part: "notice", dir: "auto", hidden: true });
  #spoken = element("p", { class: "spoken", role: "status" });
  #speaking;
  #follower;
  // To where the reader was before the page was printed.
  #restorePlace;
  #heard;

  /** `heard` are those of the composer, the queue and the conversations, and act(name) for a button of the messages, edit(turn, text), which is
   *  false where that cannot be sent now, choose(turn, step) of a version, escape(). */
  constructor(root, heard) {
    this.#heard = heard;
    this.composer = new Composer(heard);
    this.queue = new QueueList({
      ...heard,
      edit: (entry) => heard.cancel(entry) && this.composer.take(entry),
      leave: () => this.composer.focus(),
    });
    const list = element("div", { class: "list" });
    this.#log = element("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0", part: "log" }, list);
    this.transcript = new Transcript(list);
    this.suggestions = new Suggestions((text) => {
      this.returnFocus();
      heard.send(text, []);
    });
    list.append(this.suggestions.element);
    this.#drop = new DropZone(root, this.composer.tray);
    style(root);
    this.launcher = new Launcher(this.#panel, heard.toggle);
    this.draws({});
    this.#panel.append(this.#header(), this.#notice, element("div", { class: "stage" }, this.#log, this.#jump),
      this.queue.element, this.composer.element, this.#drop.element, this.#spoken);
    root.append(this.#drawings, this.launcher.button, this.#panel, this.#avatar());
    this.hooks = new Hooks(this.#log);
    this.#follower = new Follower(this.#log, list, ({ isAway, hasNew }) => {
      this.#jump.hidden = !isAway;
      this.#jump.classList.toggle("new", hasNew);
    });
    this.#listen(root);
  }

  /** Takes these texts and options; the messages are drawn anew. */
  draw(options) {
    const { texts } = options;
    this.#texts = texts;
    this.#log.setAttribute("aria-label", texts.conversation);
    this.#jump.replaceChildren(icon("down"), texts.jump);
    this.#title.textContent = texts.chat;
    this.#panel.setAttribute("aria-label", texts.chat);
    this.launcher.label(texts);
    this.composer.label(options);
    this.#drop.label(texts);
    this.suggestions.label(texts);
    this.#conversations?.label(texts);
    this.queue.label(texts);
    this.transcript.reset({ ...options, hooks: this.hooks });
  }

  /** Shows the list of conversations, which was loaded after the rest. */
  addConversations(part) {
    this.#conversations = part;
    if (this.#texts) part.label(this.#texts);
    this.#notice.before(part.element);
  }

  /** Icons show these drawings, SVG elements by name, instead of the element's own. */
  draws(icons) {
    this.#drawings.replaceChildren(...drawings(icons));
  }

  /** The end comes into view, and stays there. */
  jump() {
    this.#follower.jump();
  }

  /** Says it to those who use a screen reader. */
  speak(words) {
    clearTimeout(this.#speaking);
    this.#spoken.textContent = words;
    if (words) this.#speaking = setTimeout(() => this.#spoken.replaceChildren(), SPOKEN_MS);
  }

  /** Nothing is left for screen readers of the conversation that was shown. */
  forget() {
    this.speak("");
  }

  /** Shows every message for as long as the page is printed. */
  print(isPrinting) {
    if (isPrinting) {
      this.#restorePlace = holdPlace(this.#log, this.transcript.rows);
      this.transcript.showAll();
    } else {
      this.transcript.showAsBefore();
      this.#restorePlace?.();
    }
    this.#follower.isPrinting = isPrinting;
  }

  notice(words) {
    this.#notice.hidden = !words;
    if (this.#notice.textContent !== (words ?? "")) this.#notice.textContent = words ?? "";
  }

  /** Where the focus goes when the button of an answer under way goes away: back to writing, but no keyboard covers a touch screen. */
  returnFocus() {
    if (matchMedia("(pointer: coarse)").matches) this.keepFocus();
    else this.composer.focus({ preventScroll: true });
  }

  /** Where the focus goes whose button goes away. */
  keepFocus() {
    this.#log.focus({ preventScroll: true });
  }

  /** Seen where the page has something for it, and where a panel needs its button to close. */
  #header() {
    const slot = element("slot", { name: "header" }, this.#title);
    const header = element("header", { class: "header", part: "header" }, element("div", { class: "fill" }, slot), this.launcher.close);
    slot.addEventListener("slotchange", () => header.classList.toggle("filled", slot.assignedElements().length > 0));
    return header;
  }

  /** Never seen itself: answers show copies of it. */
  #avatar() {
    const slot = element("slot", { name: "avatar", hidden: true });
    slot.addEventListener("slotchange", () => this.#heard.avatar(slot.assignedElements()[0]));
    return slot;
  }

  #listen(root) {
    this.#jump.addEventListener("click", () => {
      this.keepFocus();
      this.jump();
    });
    this.transcript.earlier.addEventListener("click", () => {
      this.#follower.letGo();
      const restore = holdPlace(this.#log, this.transcript.rows);
      this.transcript.showEarlier();
      restore();
      if (this.transcript.earlier.hidden) this.keepFocus();
    });
    this.#log.addEventListener("click", ({ target }) => {
      // What is unfolded is meant to be read where it is; at the end it comes into view.
      if (target.closest(".fold > summary")) this.#follower.letGo();
      const button = target.closest("button");
      if (button?.matches("[data-copy]")) this.#copy(button, this.hooks.sourceOf(button.closest("figure").querySelector("code")));
      else if (button?.dataset.action === "copy") this.#copy(button, this.transcript.viewOf(button).text);
      else if (button?.dataset.action) this.#act(button, button.dataset.action);
    });
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      if (this.#conversations?.close() || this.composer.cancel() || this.#heard.escape()) event.preventDefault();
    });
  }

  #act(button, action) {
    const view = this.transcript.viewOf(button);
    if (action === "edit") this.#edit(view ?? this.transcript.lastQuestion);
    else if (action === "previous" || action === "next") this.#choose(view.turn, action);
    else this.#heard.act(action);
  }

  #edit(view) {
    if (!view) return;
    this.#follower.letGo();
    view.edit((text, attachments) => {
      const isSent = this.#heard.edit({ ...view.turn, attachments }, text);
      if (isSent) this.returnFocus();
      return isSent;
    });
  }

  #choose(turn, action) {
    this.#follower.letGo();
    this.#heard.choose(turn, action === "next" ? 1 : -1);
    const shown = this.transcript.viewAt(turn.from);
    if (shown?.turn.alternatives) this.speak(versionOf(this.#texts, shown.turn.alternatives));
    this.keepFocus();
    // At the first and the last version, one of the two cannot be pressed.
    for (const name of ["previous", "next", action]) shown?.element.querySelector(`[data-action=${name}]`)?.focus();
  }

  async #copy(button, text) {
    const { copied, notCopied } = this.#texts;
    const isCopied = await write(text);
    this.speak(isCopied ? copied : notCopied);
    if (!isCopied || button.dataset.done !== undefined) return;
    const before = button.title;
    button.dataset.done = "";
    button.title = copied;
    button.replaceChildren(icon("check"));
    setTimeout(() => {
      delete button.dataset.done;
      button.title = before;
      button.replaceChildren(icon("copy"));
    }, COPIED_MS);
  }
}

/** Whether the clipboard took it: some pages may not use it. */
async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
