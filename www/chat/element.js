// <refinire-chat>: attributes and properties are the state. What changes is taken up together, in a microtask.
import { RefinireError } from "refinire-web";

import { agentOptionsOf, ATTRIBUTES, flagsOf, needsExtras, needsParts, suggestionsOf, takeEarlier, textsOf } from "./attributes.js";
import { ListLoader } from "./conversations/loader.js";
import { listenerOf } from "./listener.js";
import { additionsOf } from "./session/additions.js";
import { randomName, remember, remembered } from "./session/remembered.js";
import { attempt, Session } from "./session/session.js";
import { lineUp } from "./session/turns.js";
import { statusOf } from "./text/problem.js";
import { localeOf } from "./view/time.js";
import { View } from "./view/view.js";

// On a server the class can be imported, but not used.
export class RefinireChatElement extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = ATTRIBUTES;

  #view;
  #session;
  #conversations;
  #loadingParts;
  #hasWaited = false;
  // Of the panel; undefined without a launcher.
  #wasOpen;
  #agent;
  #context;
  #texts;
  #suggestions;
  #shownTexts;
  // The options that the messages are drawn with, as JSON.
  #drawn;
  #additions;
  #isPlanned = false;
  #heard = { online: () => this.#plan(), offline: () => this.#plan(), beforeprint: () => this.#view.print(true), afterprint: () => this.#view.print(false) };

  constructor() {
    super();
    this.#additions = additionsOf(this, (name, detail) => this.#emit(name, detail));
    const host = this.#host();
    this.#view = new View(this.attachShadow({ mode: "open" }), listenerOf(this, host));
    this.#session = new Session(host);
    this.#conversations = new ListLoader(this, this.#session, this.#view, { select: (id) => this.#select(id), changed: () => this.#plan() });
    takeEarlier(this);
  }

  connectedCallback() {
    for (const [name, act] of Object.entries(this.#heard)) addEventListener(name, act);
    this.#conversations.connect();
    this.#plan();
  }

  disconnectedCallback() {
    for (const [name, act] of Object.entries(this.#heard)) removeEventListener(name, act);
    this.#conversations.disconnect();
    // Moved within the page, it goes on.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#view.parts?.cancel();
      this.#session.release(() => this.isConnected);
    });
  }

  attributeChangedCallback() {
    this.#plan();
  }

  get agent() {
    return this.#agent ?? this.#session.ownAgent;
  }

  set agent(agent) {
    this.#agent = agent ?? undefined;
    this.#plan();
  }

  get context() {
    return this.#context ?? this.#agent?.context ?? this.#session.context;
  }

  set context(context) {
    this.#context = context ?? undefined;
    this.#plan();
  }

  get texts() {
    return this.#texts ?? {};
  }

  set texts(texts) {
    this.#texts = texts ?? undefined;
    this.#plan();
  }

  get actions() {
    return this.#additions.actions;
  }

  set actions(actions) {
    this.#add({ actions: actions ?? [] });
  }

  get toolViews() {
    return this.#additions.toolViews;
  }

  set toolViews(toolViews) {
    this.#add({ toolViews: toolViews ?? {} });
  }

  get suggestions() {
    return this.#suggestions ?? suggestionsOf(this);
  }

  set suggestions(suggestions) {
    this.#suggestions = suggestions ?? undefined;
    this.#plan();
  }

  get icons() {
    return this.#view.icons;
  }

  set icons(icons) {
    this.#view.drawIcons(icons ?? {});
  }

  get open() {
    return this.hasAttribute("open");
  }

  set open(isOpen) {
    this.toggleAttribute("open", Boolean(isOpen));
  }

  show() {
    this.open = true;
    this.#launch();
    if (this.hasAttribute("launcher")) this.#view.withParts(() => {
      // It may not have been drawn yet.
      this.#update();
      this.#view.parts.launcher.enter(this.#view.composer);
    });
  }

  close() {
    this.open = false;
    this.#launch();
  }

  /** What shows code, and what shows equations. */
  get highlight() {
    return this.#view.hooks.get("highlight");
  }

  set highlight(hook) {
    this.#view.hooks.set("highlight", hook ?? undefined);
  }

  get math() {
    return this.#view.hooks.get("math");
  }

  set math(hook) {
    this.#view.hooks.set("math", hook ?? undefined);
  }

  get streaming() {
    return this.#session.run !== undefined;
  }

  async focus(options) {
    // What is not drawn yet cannot have the focus.
    if (!this.#drawn) await this.#waitForParts();
    this.#view.composer.focus(options);
  }

  send(text, { ifBusy = "queue", attachments = [] } = {}) {
    if (!["queue", "fail"].includes(ifBusy)) return refused(`\`ifBusy\` is "queue" or "fail", not ${JSON.stringify(ifBusy)}`);
    if (ifBusy === "fail" && this.#session.isBusy) return refused("another answer is streaming");
    if (typeof text !== "string" || (!/\S/.test(text) && attachments.length === 0)) return refused("there is no text to send");
    if (!this.isConnected) return refused("the element is in no document");
    return this.#session.send(text, [...attachments]);
  }

  stop() {
    this.#session.stop();
  }

  clear() {
    this.#session.clear();
  }

  // ------------------------------------------------------------ what is shown

  #add(additions) {
    Object.assign(this.#additions, additions);
    this.#additions.version += 1;
    this.#plan();
  }

  #plan() {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      attempt(() => this.#update());
    });
  }

  #update() {
    if (!this.isConnected) return;
    this.#open();
    const isWaiting = this.#waitForParts() !== undefined;
    if (!isWaiting) this.#draw();
    this.#launch();
    if (isWaiting) return;
    const texts = this.#shownTexts;
    const disabled = this.hasAttribute("disabled");
    const state = { streaming: this.streaming, disabled };
    this.#view.composer.set(state);
    // Of an agent that a script has set, the options are not known.
    this.#view.parts?.set(this, { ...state, agent: this.#agent ? {} : agentOptionsOf(this), waiting: this.#session.queue });
    this.#conversations.update(this.hasAttribute("conversations"));
    this.#view.notice(this.#noticeIn(texts));
    this.#render();
  }

  #noticeIn({ offline, notLoaded, notKept }) {
    if (navigator.onLine === false) return offline;
    if (this.#view.missing.size > 0) return notLoaded;
    return this.#session.isKept ? undefined : notKept;
  }

  /** Draws the messages anew where what they are drawn with has changed. */
  #draw() {
    const texts = textsOf(this, this.#texts);
    const { version } = this.#additions;
    const hasExtras = this.#view.parts !== undefined && (needsExtras(this) || this.actions.length > 0);
    const options = { texts, ...flagsOf(this), version, hasExtras, locale: localeOf(this) };
    options.load = (attachment) => this.#session.load(attachment);
    const drawn = JSON.stringify(options);
    // A run is not disturbed: what changes is taken up at its end.
    if (drawn === this.#drawn || (this.#drawn && this.streaming)) return;
    this.#drawn = drawn;
    this.#shownTexts = texts;
    this.#view.draw({ ...options, chat: this.#additions, records: this.#session.records });
  }

  get #needsParts() {
    return needsParts(this) || this.#suggestions !== undefined || this.actions.length > 0 || this.#session.queue.entries.length > 0;
  }

  /** Loads the parts that are needed. Only the first drawing waits for them: until then, this gives a promise. */
  #waitForParts() {
    if (this.#view.parts || !this.#needsParts) return undefined;
    this.#loadingParts ??= this.#view.withParts(() => {}).then(() => {
      this.#hasWaited = true;
      this.#plan();
    });
    return this.#drawn || this.#hasWaited ? undefined : this.#loadingParts;
  }

  /** Opens or closes the panel, and tells of it. Before the launcher is loaded, it only tells. */
  #launch() {
    const isOpen = this.open;
    const isLauncher = this.hasAttribute("launcher");
    const wasOpen = this.#wasOpen;
    this.#wasOpen = isLauncher ? isOpen : undefined;
    this.#view.parts?.launcher.set({ isLauncher, isOpen });
    this.#view.panel.hidden = !this.#drawn || (isLauncher && !isOpen);
    if (isLauncher && wasOpen === !isOpen) this.#emit("toggle", { open: isOpen });
  }

  #render() {
    if (!this.#shownTexts) return;
    const session = this.#session;
    const { run, turns } = session;
    const { shown, live } = run ? lineUp(turns, run) : { shown: turns };
    const last = shown.at(-1);
    // Another tab or element is writing it.
    const isGrowing = !run && Boolean(last?.streaming);
    const { transcript } = this.#view;
    transcript.show(shown, { live, liveView: run?.view, isGrowing });
    session.noteShown();
    if (run) this.#begin(run);
    const canAct = !run && !isGrowing && !this.hasAttribute("disabled");
    this.#view.parts?.suggesting.update(this.suggestions, canAct ? session.moment(turns) : undefined, session.context);
    transcript.offer({ act: canAct, retry: canAct && last?.role === "assistant" && !last.interrupted && !session.problem });
    const scene = { last, canAct, canResume: this.#canResume(), isOffline: navigator.onLine === false, locale: localeOf(this) };
    transcript.say(run || isGrowing ? undefined : statusOf(session, scene, this.#shownTexts));
  }

  #begin(run) {
    const view = this.#view.transcript.last;
    if (run.view === view) return;
    run.view = view;
    view.begin(this.#shownTexts.waiting);
  }

  #canResume() {
    const agent = this.#agent;
    return !agent || (!agent.context && typeof agent.resume === "function");
  }

  // ------------------------------------------------------------ what the parts need

  #open(isRetry) {
    const context = this.#context ?? this.#agent?.context;
    // In a list, each conversation has a name.
    if (!context && this.hasAttribute("conversations") && !this.hasAttribute("conversation")) this.#select(remembered(this) ?? randomName());
    this.#session.open(context ?? this.getAttribute("conversation") ?? "", isRetry);
  }

  /** What the session, and the listener of the view, need of the element. */
  #host() {
    const chat = this;
    return {
      get session() {
        return chat.#session;
      },
      get view() {
        return chat.#view;
      },
      get texts() {
        return chat.#shownTexts;
      },
      get agent() {
        return chat.#agent;
      },
      get batch() {
        return chat.hasAttribute("pace") ? { pace: true } : "frame";
      },
      get ready() {
        return chat.#waitForParts();
      },
      add: (additions) => this.#add(additions),
      agentOptions: () => agentOptionsOf(this),
      emit: (name, detail) => this.#emit(name, detail),
      open: (isRetry) => this.#open(isRetry),
      plan: () => this.#plan(),
      update: () => this.#update(),
      render: () => this.#render(),
    };
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`refinire-${name}`, { detail, bubbles: true, composed: true }));
  }

  #select(id) {
    this.#context = undefined;
    this.setAttribute("conversation", id);
    remember(this, id);
  }
}

const refused = (message) => Promise.reject(new RefinireError(message, { code: "invalid-argument" }));
