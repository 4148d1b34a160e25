// What is in the element's shadow: the list of conversations, the messages, the input, and what is said to those who do not see them.
import { Hooks } from "../markdown/hooks.js";
import { Composer } from "./composer.js";
import { element, shape } from "./dom.js";
import { drawings, icon } from "./icons.js";
import { Follower, holdPlace } from "./scroll.js";
import { style } from "./style.js";
import { Transcript } from "./transcript.js";

const COPIED_MS = 2000;
// By then screen readers have taken what is to be said. They would find it a second time when they read the page.
const SPOKEN_MS = 7000;

export class View {
  composer;
  hooks;
  icons = {};
  /** The optional parts around the messages; undefined until they are loaded. */
  parts;
  /** What could not be loaded: "parts", "list". */
  missing = new Set();
  transcript;
  panel = element("div", { class: "chat", part: "base", hidden: true });
  #conversations;
  #root;
  #header;
  #module;
  #options;
  #log;
  #list;
  #title = element("span");
  #drawings = shape("svg", { hidden: true });
  #jump = element("button", { type: "button", class: "button jump", part: "jump", hidden: true });
  #notice = element("p", { class: "notice", role: "status", part: "notice", dir: "auto", hidden: true });
  #spoken = element("p", { class: "spoken", role: "status" });
  #speaking;
  #follower;
  // To where the reader was before the page was printed.
  #restorePlace;
  #heard;

  /** `heard` are those of the composer, the parts and the conversations, and act(name) for a button of the messages, edit(turn, text), which is
   *  false where that cannot be sent now, choose(turn, step) of a version, escape(), avatar(element), and loaded(), called when
   *  something was loaded or could not be loaded. */
  constructor(root, heard) {
    this.#root = root;
    this.#heard = heard;
    this.composer = new Composer(heard);
    const list = (this.#list = element("div", { class: "list" }));
    this.#log = element("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0", part: "log" }, list);
    this.transcript = new Transcript(list, (put) => {
      const restore = holdPlace(this.#log, this.transcript.rows);
      put();
      restore();
    });
    style(root);
    this.drawIcons();
    this.#header = this.#headerWith(this.#title);
    this.panel.append(this.#header, this.#notice, element("div", { class: "stage" }, this.#log, this.#jump), this.composer.element, this.#spoken);
    root.append(this.#drawings, this.panel, this.#avatar());
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
    this.#options = options;
    this.#log.setAttribute("aria-label", texts.conversation);
    this.#jump.replaceChildren(icon("down"), texts.jump);
    this.#title.textContent = texts.chat;
    this.panel.setAttribute("aria-label", texts.chat);
    this.composer.label(texts);
    this.parts?.label(options);
    this.#conversations?.label(texts);
    this.transcript.reset({ ...options, hooks: this.hooks, parts: this.#module, withParts: (act) => this.withParts(act) });
  }

  get #texts() {
    return this.#options?.texts;
  }

  /** Calls act() with the module of the optional parts: at once where it is loaded. Resolves afterwards, also where it cannot be loaded. */
  async withParts(act) {
    const module = this.#module ?? (await import("../parts/parts.js").catch((error) => this.fail("parts", error)));
    if (!module) return;
    try {
      this.#install(module);
      act(module);
    } catch (error) {
      reportError(error);
    }
  }

  /** This could not be loaded. Some browsers do not try again before the page is loaded again. */
  fail(name, error) {
    if (this.missing.has(name)) return;
    this.missing.add(name);
    reportError(error);
    this.#heard.loaded();
  }

  #install(module) {
    if (this.parts) return;
    this.#module = module;
    this.missing.delete("parts");
    const places = { root: this.#root, panel: this.panel, header: this.#header, list: this.#list, composer: this.composer };
    this.parts = new module.Parts(places, this.#heard);
    if (this.#options) this.parts.label(this.#options);
    this.drawIcons();
    this.#heard.loaded();
  }

  /** Shows the list of conversations, which was loaded after the rest. */
  addConversations(part) {
    this.#conversations = part;
    this.missing.delete("list");
    if (this.#texts) part.label(this.#texts);
    this.#notice.before(part.element);
    this.drawIcons();
  }

  /** Icons show these drawings, SVG elements by name, instead of the element's own. */
  drawIcons(icons = this.icons) {
    this.icons = icons;
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
  #headerWith(title) {
    const slot = element("slot", { name: "header" }, title);
    const header = element("div", { class: "header", part: "header" }, element("div", { class: "fill" }, slot));
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
      this.transcript.showEarlier();
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
      if (this.#conversations?.close() || this.parts?.cancel() || this.#heard.escape()) event.preventDefault();
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
    if (shown?.turn.alternatives) this.speak(this.#module.versionOf(this.#texts, shown.turn.alternatives));
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
