// The conversation that is shown, and the answer that is being written in it.
import { problemOf } from "../text/problem.js";
import { Background } from "./background.js";
import { CurrentContext } from "./current-context.js";
import { failureOf, outcomeOf } from "./outcome.js";
import { Queue } from "./queue.js";
import { Run } from "./run.js";
import { before, turnsOf } from "./turns.js";

export class Session {
  /** The answer that is being written, if there is one. */
  run;
  /** What became of the last run: its error and until when to wait, a remark on its answer, and a question that is not in the conversation. */
  problem;
  note;
  unsent;
  /** The result of the last run, if its answer ended by itself. */
  answered;
  /** The conversation has just been opened: a question without an answer is told. */
  isFresh = false;
  /** Whether the conversation can be stored. */
  isKept = true;
  /** Those of the runs that ended here, by the ids of the messages that they ended with. */
  records = new Map();
  /** What waits in the conversation that is shown. */
  queue = new Queue();
  #host;
  #current;
  #background = new Background();
  // What came of an answer that ended while its conversation was not shown.
  #outcome;
  #ending;
  #lastText;
  // The id of the conversation that was told of last.
  #told;

  /** `host` is what a session needs of its element: view; texts, undefined before the first drawing; ready, a promise while the first drawing
   *  waits; batch; agent and agentOptions(); emit(name, detail); open(isRetry), which opens the conversation that is wanted; plan(), update()
   *  and render(). */
  constructor(host) {
    this.#host = host;
    this.#current = new CurrentContext({
      opened: () => this.#opened(),
      changed: () => this.#changed(),
      failed: (error) => this.run || this.#cannotOpen(error),
      notKept: () => this.#notKept(),
    });
  }

  /** The conversation; undefined until it is loaded. */
  get context() {
    return this.#current.context;
  }

  /** The agent that was made from the attributes. */
  get ownAgent() {
    return this.#current.own.made;
  }

  /** The messages as they are shown. */
  get turns() {
    const turns = this.context ? turnsOf(this.context.messages) : [];
    if (this.run || !this.unsent) return turns;
    return [...before(turns, this.unsent.from), this.unsent];
  }

  /** The text of the last question, also of one that is not in the conversation. */
  get question() {
    return this.unsent?.text ?? this.context?.messages.findLast(({ role }) => role === "user")?.content;
  }

  /** The bytes of an attachment; undefined where they are not stored any more. */
  async load({ blob, id }) {
    return blob ?? (await this.context?.attachment?.(id));
  }

  /** The attachments of a question, as they can be sent again. What is not stored any more is left out. */
  async #attachmentsOf({ attachments }) {
    const files = await Promise.all(attachments.map(async (each) => {
      if (each.url) return new URL(each.url);
      const blob = await this.load(each);
      return blob && each.name ? new File([blob], each.name, { type: each.mediaType }) : blob;
    }));
    return files.filter(Boolean);
  }

  /** An object that is another one whenever there may be something else to suggest: the empty conversation, or the last run's result. `turns` are
   *  those of the conversation. */
  moment(turns) {
    return this.context && turns.length === 0 ? this.context : this.answered;
  }

  /** What is at the end is shown: another text there means that somebody else has changed the conversation. */
  noteShown() {
    this.#lastText = this.#textAtEnd;
  }

  get #textAtEnd() {
    return this.context?.messages.at(-1)?.content;
  }

  // ------------------------------------------------------------ which conversation

  /** Opens the conversation that is wanted, a context or a name, unless it is shown; with `isRetry` also after it failed to open. */
  open(wanted, isRetry = false) {
    if (!this.#current.differsFrom(wanted, isRetry)) return;
    this.#leave(true);
    this.isKept = true;
    const { run, context, outcome, queue = new Queue() } = this.#background.take(wanted) ?? {};
    this.#outcome = outcome;
    this.queue = queue;
    if (run) {
      this.run = run;
      this.#ending = run.ended;
      this.#current.adopt(wanted, context);
    } else {
      queue.hold();
      this.#current.open(wanted, this.#ending);
    }
  }

  /** The names of the conversations in which this element is writing. */
  get writing() {
    const { writing } = this.#background;
    return this.run && this.context ? [...writing, this.context.id] : writing;
  }

  /** Stops the answer of a conversation that is not shown; resolves when it has ended. */
  stopWriting(name) {
    return this.#background.stop(name);
  }

  /** The element has left the page. `isBack()` tells whether it is in a page again. */
  release(isBack) {
    this.#leave(false);
    Promise.all([this.#ending, this.#background.stop()]).then(() => isBack() || attempt(() => this.#current.own.free()));
  }

  /** Stops the answer and deletes the messages. */
  clear() {
    this.stop();
    this.queue.clear();
    // What a stopped answer leaves behind is deleted with the rest, unless another conversation is shown by then.
    const { context } = this;
    if (this.run) this.#ending.then(() => this.context === context && this.#clear());
    else this.#clear();
  }

  #clear() {
    this.context?.clear();
    this.#forget();
    this.#host.view.forget();
    this.#host.plan();
  }

  /** An answer in a conversation with a name goes on where that is wanted; any other is stopped. */
  #leave(goesOn) {
    const { run, queue } = this;
    const { wanted } = this.#current;
    const isLeft = goesOn && run?.context && wanted && typeof wanted === "string";
    if (isLeft) {
      this.#host.view.transcript.takeOut(run.view);
      this.#ending = undefined;
    } else run?.stop();
    if (isLeft || queue.entries.length > 0) this.#background.add(wanted, { queue, ...(isLeft && { run, context: this.#current.own.release() }) });
    this.run = undefined;
    this.queue = new Queue();
    this.#current.leave();
    this.#forget();
    this.#host.view.forget();
    if (this.#host.texts) this.#host.view.transcript.show([]);
  }

  #opened() {
    this.isFresh = true;
    Object.assign(this, this.#outcome);
    this.noteShown();
    this.#host.view.jump();
    this.#host.plan();
    const { id } = this.context;
    if (id !== this.#told) this.#host.emit("conversation", { id });
    this.#told = id;
  }

  #notKept() {
    this.isKept = false;
    this.#host.plan();
  }

  /** Somebody changed the conversation: this run, a script, another element or another tab. */
  #changed() {
    if (this.run?.hasBegun) return;
    if (!this.run && this.#textAtEnd !== this.#lastText) this.#forget();
    this.#host.plan();
  }

  #forget() {
    this.problem = this.note = this.unsent = this.answered = undefined;
    this.isFresh = false;
  }

  // ------------------------------------------------------------ an answer

  /** Whether a question that is sent now has to wait. */
  get isBusy() {
    return this.run !== undefined || this.queue.isRunning;
  }

  /** Sends a question. While an answer is under way, it waits until that has ended. */
  send(text, attachments = []) {
    // What was set just before counts.
    attempt(() => this.#host.open(true));
    if (!this.isBusy) return this.#start(new Run(text, attachments));
    const sent = this.queue.add({ text, attachments });
    this.#host.view.speak(this.#host.texts?.queued);
    this.#host.plan();
    return sent;
  }

  /** Sends the first question that waits. */
  sendNext() {
    const entry = this.run ? undefined : this.queue.next();
    if (!entry) return;
    const run = new Run(entry.text, entry.attachments);
    run.hasWaited = true;
    this.#start(run).then(entry.resolve, entry.reject);
  }

  /** Continues the interrupted answer at the end. */
  resume() {
    return this.#start(new Run());
  }

  /** Sends the last question again; without one, opens the conversation again. */
  retry() {
    const { question, turns } = this;
    if (question === undefined) {
      this.#host.open(true);
      return this.#host.plan();
    }
    if (this.unsent) return this.edit(this.unsent, question);
    const last = turns.at(-1);
    const run = new Run(question);
    run.isAgain = last.role === "assistant";
    if (run.isAgain) run.from = last.from;
    return this.#start(run);
  }

  /** Sends another text with the attachments of a question, in its place: that one and what followed it stay as another version. */
  async edit(turn, text) {
    const { context } = this;
    const attachments = turn.attachments.length > 0 ? await this.#attachmentsOf(turn) : [];
    if (this.context !== context || this.isBusy) return undefined;
    const run = new Run(text, attachments);
    run.from = turn.from;
    return this.#start(run);
  }

  /** Shows the version of a turn that is so many further. */
  choose({ alternatives: { id, index } }, step) {
    this.context.selectAlternative(id, index + step);
    this.#host.update();
  }

  stop() {
    this.run?.stop();
  }

  #start(run) {
    // What was set just before counts.
    attempt(() => {
      this.#host.open(true);
      this.#host.update();
    });
    this.#forget();
    this.run = run;
    const ended = this.#perform(run);
    const { queue } = this;
    this.#ending = run.ended = ended.then((result) => this.#goOn(queue, result), () => this.#hold(queue));
    return ended;
  }

  /** What waits is sent after an answer, unless the answer asks for something. */
  #goOn(queue, { finishReason }) {
    if (finishReason === "user-input") this.#hold(queue);
    else if (queue === this.queue) this.sendNext();
  }

  #hold(queue) {
    queue.hold();
    this.#host.plan();
  }

  async #perform(run) {
    const { view, emit } = this.#host;
    let result;
    try {
      if (run.from !== undefined) view.transcript.forgetFrom(run.from);
      this.#host.update();
      view.jump();
      // After another answer, that one is still being read out.
      if (!run.hasWaited) view.speak(this.#host.texts?.waiting);
      if (run.question !== undefined) emit("send", { text: run.question, attachments: run.attachments });
      result = await this.#answer(run);
    } catch (error) {
      this.#end(run, failureOf(error, run));
      emit("error", { error, conversation: run.context?.id });
      throw error;
    }
    // Likely to be needed now, and the network is there.
    view.withParts(() => {});
    this.#end(run, outcomeOf(result, this.#host.texts), result);
    emit("finish", { result, conversation: run.context.id });
    return result;
  }

  async #answer(run) {
    // What is shown of it is as the attributes say from its beginning on.
    await this.#host.ready;
    await this.#current.loaded();
    if (this.run !== run) throw new DOMException("The conversation was left.", "AbortError");
    const context = (run.context = this.context);
    run.base = before(turnsOf(context.messages), run.from).length;
    const agent = this.#host.agent ?? this.#current.own.agent(this.#host.agentOptions());
    run.makeRoom(agent, context);
    this.#host.render();
    const result = await run.follow(agent, context, this.#host.batch, {
      event: (event) => this.#show(run, (view) => view.heed(event)),
      chunk: (chunk) => this.#host.emit("chunk", { chunk, conversation: context.id }),
      show: (text) => this.#show(run, (view) => view.chunk(text, run.record)),
    });
    if (agent.context) run.keep(context, result);
    return result;
  }

  // What goes wrong with showing an answer does not end it. One in the background is shown when somebody comes back.
  #show(run, act) {
    if (run.view) attempt(() => act(run.view));
  }

  #end(run, outcome, result) {
    run.record.result = result;
    attempt(() => {
      run.view?.end();
      this.records.set(run.context?.messages.at(-1)?.id, run.record);
    });
    if (this.run === run) this.#conclude(run, outcome, result);
    else if (this.#background.end(run, outcome)) this.#host.plan();
  }

  #conclude(run, outcome, result) {
    const { texts, view } = this.#host;
    this.run = undefined;
    Object.assign(this, outcome);
    const spoken = result && (result.finishReason === "aborted" ? texts.stopped : run.view?.spoken);
    attempt(() => view.speak(spoken ?? ""));
    attempt(() => this.#host.update());
  }

  #cannotOpen(error) {
    this.problem = problemOf(error);
    this.#host.plan();
  }
}

/** An error of showing something is reported, and ends nothing else. */
export function attempt(work) {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}
