// <refinire-chat>: brings together the agent, the conversation and what is seen of them. Attributes are the state; what changes is
// taken up together, in a microtask.
import init, { Context, RefinireError } from "refinire-web";

import { explain, remark } from "./problem.js";
import { Run } from "./run.js";
import { Seat } from "./seat.js";
import { textsWith } from "./texts.js";
import { localeOf } from "./time.js";
import { lineUp, rewind, turnsOf } from "./turns.js";
import { View } from "./view.js";

// Of the options of an agent, those that an attribute can say.
const OPTIONS = { model: "model", provider: "provider", "base-url": "baseUrl", instructions: "generationInstructions" };
const OTHERS = ["conversation", "placeholder", "greeting", "disabled", "texts", "images", "counts", "conversations"];

// Where there is no page, as on a server, the class can be imported but not used.
export class RefinireChatElement extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = [...Object.keys(OPTIONS), ...OTHERS];

  #view;
  #seat = new Seat({ came: () => this.#came(), changed: () => this.#told(), failed: (error) => this.#run || this.#fail(error), notKept: () => this.#notKept() });
  #agent;
  #context;
  #texts;
  #looks;
  #words;
  #run;
  #ending;
  // What came of the last run: an error, a word on its answer, and what did not get into the conversation.
  #problem;
  #note;
  #unsent;
  #isPlanned = false;
  #isFresh = false;
  #isKept = true;
  #lastText;
  #online = () => this.#plan();

  constructor() {
    super();
    this.#view = new View(this.attachShadow({ mode: "open" }), {
      send: (text, isEdit) => this.#typed(text, isEdit),
      stop: () => this.stop(),
      act: (name) => this.#act(name),
      escape: () => this.#escape(),
      list: () => this.#list(),
      open: (id) => this.#open(id),
      create: () => this.#open(randomName()),
      remove: (id) => this.#remove(id),
    });
    // What a script set before the class was there.
    for (const name of ["agent", "context", "texts"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

  connectedCallback() {
    for (const name of ["online", "offline"]) addEventListener(name, this.#online);
    this.#plan();
  }

  disconnectedCallback() {
    for (const name of ["online", "offline"]) removeEventListener(name, this.#online);
    // Moved within the page, it goes on.
    queueMicrotask(() => this.isConnected || this.#release());
  }

  attributeChangedCallback() {
    this.#plan();
  }

  /** The agent or flow that a script set; otherwise the one of the attributes. */
  get agent() {
    return this.#agent ?? this.#seat.own.made;
  }

  set agent(agent) {
    this.#agent = agent ?? undefined;
    this.#plan();
  }

  /** The conversation: the one that a script set, a flow's, or that of the attributes; undefined until it is there. */
  get context() {
    return this.#context ?? this.#agent?.context ?? this.#talk;
  }

  set context(context) {
    this.#context = context ?? undefined;
    this.#plan();
  }

  /** Words that take the place of the English ones, by name. */
  get texts() {
    return this.#texts ?? {};
  }

  set texts(texts) {
    this.#texts = texts ?? undefined;
    this.#plan();
  }

  get streaming() {
    return this.#run !== undefined;
  }

  focus(options) {
    this.#view.composer.focus(options);
  }

  send(text) {
    if (this.#run) return refused("another answer is streaming");
    if (typeof text !== "string" || !/\S/.test(text)) return refused("there is no text to send");
    if (!this.isConnected) return refused("the element is in no document");
    return this.#start(new Run(text));
  }

  stop() {
    this.#run?.stop();
  }

  clear() {
    this.stop();
    // What a stopped answer leaves behind belongs to what is cleared, unless another conversation is shown by then.
    const talk = this.#talk;
    if (this.#run) this.#ending.then(() => this.#talk === talk && this.#clear());
    else this.#clear();
  }

  #clear() {
    this.#talk?.clear();
    this.#forget();
    this.#view.forget();
    this.#plan();
  }

  #forget() {
    this.#problem = this.#note = this.#unsent = undefined;
    this.#isFresh = false;
  }

  get #talk() {
    return this.#seat.talk;
  }

  // ------------------------------------------------------------ what is to be shown

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
    this.#dress();
    this.#sit();
    const isDisabled = this.hasAttribute("disabled");
    this.#view.composer.set({ streaming: this.streaming, disabled: isDisabled });
    this.#view.talks.element.hidden = !this.hasAttribute("conversations");
    this.#view.notice(navigator.onLine === false ? this.#words.offline : this.#isKept ? undefined : this.#words.notKept);
    this.#render();
  }

  #dress() {
    const own = { placeholder: this.getAttribute("placeholder") ?? undefined, greeting: this.getAttribute("greeting") ?? undefined };
    const texts = textsWith(parsed(this.getAttribute("texts")), this.#texts, own);
    const options = { texts, images: this.hasAttribute("images"), counts: this.hasAttribute("counts"), locale: localeOf(this) };
    const looks = JSON.stringify(options);
    // A run is not disturbed: what changes is taken up at its end.
    if (looks === this.#looks || (this.#looks && this.#run)) return;
    this.#looks = looks;
    this.#words = texts;
    this.#view.dress(options);
  }

  #render() {
    if (!this.#words) return;
    const run = this.#run;
    const turns = this.#talk ? turnsOf(this.#talk.messages) : [];
    if (!run && this.#unsent) turns.push({ role: "user", ...this.#unsent });
    const { shown, live } = run ? lineUp(turns, run) : { shown: turns };
    const last = shown.at(-1);
    // Somebody else is writing it.
    const isGrowing = !run && Boolean(last?.streaming);
    this.#view.transcript.show(shown, { live, isGrowing });
    this.#lastText = last?.text;
    if (run) this.#place(run);
    const canAct = !run && !isGrowing && !this.hasAttribute("disabled");
    this.#view.transcript.offer({ edit: canAct, retry: canAct && last?.role === "assistant" && !last.interrupted && !this.#problem });
    this.#view.transcript.say(run || isGrowing ? undefined : this.#saying(last, canAct));
  }

  #place(run) {
    const view = this.#view.transcript.last;
    if (run.view === view) return;
    run.view = view;
    view.begin(this.#words.waiting);
  }

  /** What there is to say below the last turn, and what can be done about it. */
  #saying(last, canAct) {
    const agent = this.#agent;
    const canResume = last?.interrupted && (!agent || (!agent.context && typeof agent.resume === "function"));
    const actions = canAct ? [canResume && "resume", "retry"].filter(Boolean) : [];
    if (this.#problem) {
      const { edit, ...told } = explain(this.#problem.error, this.#words);
      return { ...told, actions: canAct && edit ? ["edit"] : actions };
    }
    if (last?.role === "user") return this.#note || this.#isFresh ? { note: this.#note ?? this.#words.unanswered, actions } : undefined;
    if (last?.interrupted) return { note: this.#words.interrupted, actions };
    return last && this.#note ? { note: this.#note } : undefined;
  }

  // ------------------------------------------------------------ which conversation

  /** Goes to the conversation that is wanted, if that is another one; `isTriedAnew` also where it could not be had. */
  #sit(isTriedAnew = false) {
    const wanted = this.#context ?? this.#agent?.context ?? this.getAttribute("conversation") ?? "";
    if (!this.#seat.isElsewhere(wanted, isTriedAnew)) return;
    this.#rise();
    this.#isKept = true;
    this.#seat.take(wanted, this.#ending);
  }

  #came() {
    this.#isFresh = true;
    this.#lastText = turnsOf(this.#talk.messages).at(-1)?.text;
    this.#view.jump();
    this.#plan();
  }

  #rise() {
    this.#run?.stop();
    this.#run = undefined;
    this.#seat.leave();
    this.#forget();
    this.#view.forget();
    if (this.#words) this.#view.transcript.show([]);
  }

  #release() {
    this.#rise();
    Promise.resolve(this.#ending).then(() => this.isConnected || attempt(() => this.#seat.own.free()));
  }

  #notKept() {
    this.#isKept = false;
    this.#plan();
  }

  /** Somebody changed the conversation: this run, a script, another element or another tab. */
  #told() {
    if (this.#run?.hasBegun) return;
    const last = this.#run ? undefined : turnsOf(this.#talk.messages).at(-1);
    if (!this.#run && last?.text !== this.#lastText) this.#forget();
    this.#plan();
  }

  // ------------------------------------------------------------ an answer

  #start(run) {
    // What was set just before counts.
    attempt(() => {
      this.#sit(true);
      this.#update();
    });
    this.#forget();
    this.#run = run;
    const ended = this.#perform(run);
    this.#ending = ended.then(() => {}, () => {});
    return ended;
  }

  async #perform(run) {
    let result;
    try {
      this.#update();
      this.#view.jump();
      this.#view.speak(this.#words.waiting);
      if (run.question !== undefined) this.#emit("send", { text: run.question });
      result = await this.#answer(run);
    } catch (error) {
      this.#end(run, () => this.#fail(error, run));
      this.#emit("error", { error });
      throw error;
    }
    this.#end(run, () => this.#finish(result, run));
    this.#emit("finish", { result });
    return result;
  }

  async #answer(run) {
    await this.#seat.loaded();
    if (this.#run !== run) throw new DOMException("The conversation was left.", "AbortError");
    const talk = this.#talk;
    run.base = turnsOf(talk.messages).length;
    const agent = this.#agent ?? this.#seat.own.agent(this.#options());
    this.#render();
    const result = await run.follow(agent, talk, {
      event: (event) => this.#show(run, (view) => view.heed(event)),
      chunk: (chunk) => this.#emit("chunk", { chunk }),
      show: (text) => this.#show(run, (view) => view.chunk(text, run.chunks)),
    });
    if (agent.context) keep(talk, run, result);
    return result;
  }

  #options() {
    const options = {};
    for (const [attribute, name] of Object.entries(OPTIONS)) {
      const value = this.getAttribute(attribute);
      if (value !== null) options[name] = value;
    }
    return options;
  }

  // What goes wrong with showing it does not end the answer.
  #show(run, act) {
    if (this.#run === run) attempt(() => act(run.view));
  }

  #end(run, conclude) {
    if (this.#run !== run) return;
    this.#run = undefined;
    attempt(conclude);
    attempt(() => this.#update());
  }

  #finish(result, run) {
    const isStopped = result.finishReason === "aborted";
    this.#note = isStopped && !run.view?.text ? this.#words.stopped : remark(result, this.#words);
    run.view?.end();
    this.#view.speak(isStopped ? this.#words.stopped : (run.view?.spoken ?? ""));
  }

  #fail(error, run) {
    run?.view?.end();
    this.#problem = { error };
    const turns = this.#talk ? turnsOf(this.#talk.messages) : [];
    if (run?.question !== undefined && turns.at(-1)?.role !== "assistant" && turns.at(-1)?.text !== run.question) {
      this.#unsent = { text: run.question, at: run.at };
    }
    this.#view.speak("");
    this.#plan();
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`refinire-${name}`, { detail, bubbles: true, composed: true }));
  }

  // ------------------------------------------------------------ what a person does

  #typed(text, isEdit) {
    attempt(() => {
      if (isEdit && !this.#unsent && this.#talk) rewind(this.#talk);
      // Shown below the question.
      this.send(text).catch(() => {});
    });
  }

  #act(name) {
    if (this.#run || this.hasAttribute("disabled")) return;
    const question = this.#unsent?.text ?? this.#talk?.messages.findLast(({ role }) => role === "user")?.content;
    attempt(() => {
      if (name === "edit") {
        this.#view.composer.edit(question ?? "");
        return;
      }
      this.#view.keepFocus();
      if (name === "resume") this.#start(new Run()).catch(() => {});
      else if (question === undefined) this.#tryToLoad();
      else this.#again(question);
    });
  }

  #again(question) {
    if (!this.#unsent && turnsOf(this.#talk.messages).at(-1)?.role === "assistant") rewind(this.#talk);
    this.send(question).catch(() => {});
  }

  #tryToLoad() {
    this.#sit(true);
    this.#plan();
  }

  /** True where there was something to stop. */
  #escape() {
    const isStreaming = this.streaming;
    this.stop();
    return isStreaming;
  }

  async #list() {
    await init();
    return { talks: await Context.list(), current: this.#talk?.id, locale: localeOf(this) };
  }

  #open(id) {
    this.#context = undefined;
    this.setAttribute("conversation", id);
    this.focus();
  }

  async #remove(id) {
    if (this.#talk?.id === id) return this.#talk.delete();
    const context = await new Context({ id }).ready;
    await context.delete();
    return context.free();
  }
}

/** A flow may say nothing to its conversation: then the element does. */
function keep(context, { question, base }, { text }) {
  if (turnsOf(context.messages).length > base) return;
  context.addUserMessage(question);
  if (text) context.addAssistantMessage(text);
}

function attempt(work) {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}

const refused = (message) => Promise.reject(new RefinireError(message, { code: "invalid-argument" }));

/** JSON that cannot be read counts for nothing. */
function parsed(json) {
  try {
    return JSON.parse(json ?? "{}");
  } catch {
    return {};
  }
}

const randomName = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
