// An answer, from the wait for it to its end.
import { Markdown } from "../markdown/markdown.js";
import { filledWithTime } from "../text/duration.js";
import { filled } from "../text/texts.js";
import { setTime, timeOf } from "./time.js";
import { actionButton } from "./action.js";
import { element } from "./dom.js";
import { Late } from "./late.js";

/** A copy of what the page has put into the slot. */
function avatarOf({ chat: { avatar } }) {
  if (!avatar) return undefined;
  const copy = (avatar.content ?? avatar).cloneNode(true);
  copy.removeAttribute?.("slot");
  return element("div", { class: "avatar", part: "avatar", "aria-hidden": "true" }, copy);
}

export class Answer {
  role = "assistant";
  text = "";
  /** What is shown; of an answer that is being written, what it began with. */
  turn;
  element;
  #options;
  #body = element("div", { class: "body", part: "text" });
  #waiting = element("p", { class: "waiting", part: "typing" });
  #words = element("span");
  #hasFiles = false;
  #files;
  #sources;
  #cut = element("span", { class: "cut", hidden: true });
  #time;
  #retry;
  #alternatives;
  #extras;
  #actions;
  #markdown;
  #thoughts;
  // How much reasoning is shown.
  #reasoned = 0;
  #tools = new Map();
  #isOpen = false;

  constructor(options, turn) {
    const { texts, locale } = options;
    this.#options = options;
    this.turn = turn;
    this.#files = this.#late((parts) => new parts.Files(options));
    this.#sources = this.#late((parts) => new parts.Sources(options));
    this.#time = timeOf(turn.at, locale);
    this.#retry = actionButton(texts, "retry", "again");
    this.#alternatives = this.#late((parts) => new parts.Alternatives(texts));
    this.#extras = options.parts && new options.parts.Extras(options, this);
    this.#actions = element("div", { class: "actions" }, actionButton(texts, "copy", "copy"), this.#retry, ...(this.#extras?.buttons ?? []));
    this.#waiting.append(element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i")), this.#words);
    this.element = element("article", { class: "turn answer", part: "message answer", "aria-label": texts.assistant },
      avatarOf(options), this.#body, this.#waiting, this.#files.element, this.#sources.element,
      element("div", { class: "meta" }, this.#time, this.#cut, this.#extras?.figures.element, this.#alternatives.element, this.#actions));
    this.#cut.textContent = texts.cut;
    this.#settle();
    this.offer({});
  }

  offer({ act, retry }) {
    this.#retry.hidden = !retry;
    this.#alternatives.element.inert = !act;
  }

  /** Brings it up to date: what is new is appended. What stands there is only written anew where it has become another. */
  show(turn, isGrowing = false) {
    this.turn = turn;
    this.#extras?.show(turn);
    if (turn.alternatives) this.#alternatives.do((shown) => shown.show(turn));
    else this.#alternatives.clear();
    setTime(this.#time, turn.at, this.#options.locale);
    // Reasoning may be known only at the end of an answer that was written elsewhere.
    const isOther = !turn.text.startsWith(this.text) || lengthOf(turn.parts, "reasoning") > this.#reasoned;
    const isMore = isOther || turn.text !== this.text;
    if (isOther || (isMore && !this.#isOpen)) this.#restart();
    if (isOther) this.#clearBelow();
    if (isGrowing || isMore) this.begin("");
    this.#fill(isGrowing);
    if (turn.sources.length > 0) this.#sources.do((shown) => shown.show(turn.sources));
    this.#showFiles(turn.files, (shown) => shown.show(turn.files));
    this.#cut.hidden = isGrowing || !turn.interrupted;
    if (!isGrowing) this.end();
    return true;
  }

  /** More will come. */
  begin(words) {
    if (!this.#isOpen && this.text) {
      this.#restart();
      this.#fill(false);
    }
    this.#isOpen = true;
    this.element.classList.add("live");
    this.#waiting.hidden = false;
    this.#actions.hidden = this.#cut.hidden = true;
    this.wait(words);
  }

  wait(words) {
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }

  append(text) {
    if (!this.#markdown) {
      const root = element("div", { class: "text" });
      this.#body.append(root);
      this.#markdown = new Markdown(root, this.#options);
    }
    this.text += text;
    this.#markdown.push(text);
  }

  /** The same, as a run gives it that has this record. */
  chunk(text, record) {
    this.append(text);
    this.wait("");
    this.#extras?.count(this.text.length, record);
  }

  /** What a run tells of itself besides its text. */
  heed(event) {
    const { texts, locale } = this.#options;
    if (event.type === "reasoning-delta") {
      this.#think(event.text);
      this.wait(texts.thinking);
    } else if (event.type === "tool-input-start") this.#toolOf(event);
    else if (event.type === "tool-input-delta") this.#tools.get(event.id)?.do((tool) => tool.append(event.text));
    else if (event.type === "tool-call") this.#toolOf(event).do((tool) => tool.input(event.input));
    else if (event.type === "tool-result") this.#tools.get(event.id)?.do((tool) => tool.end(event.output, event.isError));
    else if (event.type === "source") this.#sources.do((sources) => sources.add(event.source));
    else if (event.type === "file") this.#showFiles([event.file], (files) => files.add(event.file));
    else if (event.type === "user-input") this.append(this.text ? `\n\n${event.prompt}` : event.prompt);
    else if (event.type === "retry") this.wait(filledWithTime(texts.retrying, event.delayMs, locale));
    else if (event.type === "fallback") this.wait(texts.fallback);
    else if (event.type === "continue") this.wait(texts.goingOn);
  }

  /** Nothing more will come. */
  end() {
    if (!this.#isOpen) return;
    this.#markdown?.finish();
    this.#settle();
  }

  /** As a reader hears it. */
  get spoken() {
    return [...this.#body.querySelectorAll(".text")].map(({ textContent }) => textContent.trim()).join("\n");
  }

  /** It is no longer shown. */
  leave() {
    this.#extras?.leave();
    this.#forgetTools();
  }

  #settle() {
    this.#isOpen = false;
    this.element.classList.remove("live");
    this.#waiting.hidden = true;
    this.#actions.hidden = this.text === "" && !this.#hasFiles;
    for (const late of this.#tools.values()) late.do((tool) => tool.end());
    this.#extras?.count(this.text.length);
  }

  /** Appends what is not shown yet of the parts. */
  #fill(isGrowing) {
    const isThought = this.#reasoned > 0;
    let known = this.text.length;
    for (const { text = "", tool, reasoning } of this.turn.parts) {
      const rest = text.slice(known);
      known = Math.max(0, known - text.length);
      if (tool) this.#showTool(tool, isGrowing);
      else if (rest) this.append(rest);
      else if (reasoning && !isThought) this.#think(reasoning);
    }
  }

  #restart() {
    this.text = "";
    this.#reasoned = 0;
    this.#markdown = this.#thoughts = undefined;
    this.#forgetTools();
    this.#body.replaceChildren();
  }

  #forgetTools() {
    for (const late of this.#tools.values()) late.do((tool) => tool.leave());
    this.#tools.clear();
  }

  #clearBelow() {
    this.#hasFiles = false;
    for (const part of [this.#files, this.#sources]) part.clear();
  }

  #showFiles(files, act) {
    if (files.length === 0) return;
    this.#hasFiles = true;
    this.#files.do(act);
  }

  #late(make) {
    return new Late(this.#options.withParts, make);
  }

  // What comes after it stands after it.
  #break(part) {
    this.#markdown?.finish();
    this.#markdown = this.#thoughts = undefined;
    this.#body.append(part.element);
  }

  #think(text) {
    const isFirst = !this.#thoughts;
    if (isFirst) {
      const thoughts = this.#late((parts) => new parts.Thoughts(this.#options.texts));
      this.#break(thoughts);
      this.#thoughts = thoughts;
    }
    this.#reasoned += text.length;
    // A blank line separates it from the reasoning before, which has a fold of its own.
    const words = isFirst ? text.trimStart() : text;
    this.#thoughts.do((thoughts) => thoughts.append(words));
  }

  #showTool(tool, isGrowing) {
    const shown = this.#toolOf(tool);
    if (tool.output !== undefined || !isGrowing) shown.do((call) => call.end(tool.output));
  }

  #toolOf(tool) {
    const known = this.#tools.get(tool.id);
    if (known) return known;
    const { texts } = this.#options;
    const made = this.#late((parts) => new parts.ToolCall(this.#options, tool));
    this.#tools.set(tool.id, made);
    this.#break(made);
    this.wait(filled(texts.calling, tool));
    return made;
  }
}

/** How long all parts of a kind are together. */
const lengthOf = (parts, kind) => parts.reduce((sum, { [kind]: text = "" }) => sum + text.length, 0);
