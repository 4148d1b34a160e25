// The conversation on the page: a row for each turn, and below them what there is to say and to do at the moment.
import { Answer } from "./answer.js";
import { afterDrawing, element } from "./dom.js";
import { Question } from "./question.js";
import { statusBox } from "./status.js";

// A long conversation begins with its end: with what may be in view at once, and a moment later with some more.
const IN_VIEW = 20;
const AT_ONCE = 50;

export class Transcript {
  #list;
  earlier = element("button", { type: "button", class: "button earlier", hidden: true });
  #rows = element("div", { class: "rows" });
  #tail = element("div", { class: "tail" });
  #greeting = element("p", { class: "greeting", part: "greeting", dir: "auto" });
  #empty = element("div", { class: "empty", hidden: true }, element("slot", { name: "empty" }, this.#greeting));
  #options;
  #views = [];
  #turns = [];
  // How many are not shown.
  #first = 0;
  // What stands below the turns, as JSON.
  #said;
  // The same before the page is printed.
  #firstBefore;
  #prepend;

  /** `prepend(put)` calls `put` and keeps what is in view where it is. */
  constructor(list, prepend) {
    this.#list = list;
    this.#prepend = prepend;
    list.append(this.#empty, this.earlier, this.#rows, this.#tail);
  }

  /** Draws what is shown anew. `options` are what the views are made with: texts, locale, images, counts, hidesDetails. */
  reset(options) {
    this.#options = options;
    this.#cut(0);
    this.say(undefined);
    this.earlier.textContent = options.texts.earlier;
    this.#greeting.textContent = options.texts.greeting;
  }

  /** Shows these turns. The one at `live` is left to the run that writes it, in `liveView` if it is shown already; the last may be growing
   *  elsewhere. */
  show(turns, { live = -1, liveView, isGrowing = false } = {}) {
    // What was empty, or is shorter now, is another talk.
    if (this.#turns.length === 0 || turns.length < this.#first) {
      this.#first = Math.max(0, turns.length - IN_VIEW);
      if (this.#first > 0) afterDrawing(() => this.#fill());
    }
    this.#turns = turns;
    for (const [at, turn] of turns.slice(this.#first).entries()) {
      const isLast = this.#first + at === turns.length - 1;
      if (this.#first + at === live && liveView) this.#put(at, liveView);
      else this.#fit(at, turn, this.#first + at === live, isGrowing && isLast);
    }
    this.#cut(turns.length - this.#first);
    this.earlier.hidden = this.#first === 0;
    this.#empty.hidden = turns.length > 0;
  }

  /** Takes out an answer that is still being written: `show` may put it back. */
  takeOut(view) {
    this.#views = this.#views.filter((each) => each !== view);
    view?.element.remove();
  }

  /** The answer at the end. */
  get last() {
    return this.#views.at(-1);
  }

  get lastQuestion() {
    return this.#views.findLast(({ role }) => role === "user");
  }

  /** What can be done: `act` with all turns, `retry` with the last answer. */
  offer({ act, retry }) {
    for (const view of this.#views) view.offer({ act, retry: retry && view === this.last });
  }

  /** Forgets what is shown from the message at `from` on: something else comes there. */
  forgetFrom(from) {
    const at = this.#views.findIndex(({ turn }) => turn.from >= from);
    if (at >= 0) this.#cut(at);
  }

  /** Below the turns: a problem, a note or nothing. What stands there already stays as it is, opened and focused as it may be. */
  say(said) {
    const key = JSON.stringify(said);
    if (key === this.#said) return;
    this.#said = key;
    this.#tail.replaceChildren(...(said ? [statusBox(said, this.#options)] : []));
  }

  /** What shows the turn that a node belongs to. */
  viewOf(node) {
    return this.#views.find((view) => view.element.contains(node));
  }

  /** What shows the turn that begins with the message at `from`. */
  viewAt(from) {
    return this.#views.find(({ turn }) => turn.from === from);
  }

  #fit(at, turn, isLive, isGrowing) {
    let view = this.#views[at];
    if (!isSame(view?.turn, turn) || !(isLive || view.show(turn, isGrowing))) {
      view = this.#make(turn, isGrowing);
      this.#put(at, view);
    }
  }

  /** What stood there, and below, goes. */
  #put(at, view) {
    if (this.#views[at] === view) return;
    this.takeOut(view);
    this.#cut(at);
    this.#views.push(view);
    this.#rows.append(view.element);
  }

  #make(turn, isGrowing) {
    const view = turn.role === "user" ? new Question(this.#options, turn) : new Answer(this.#options, turn);
    view.show(turn, isGrowing);
    return view;
  }

  #cut(length) {
    this.#drop(length, this.#views.length);
  }

  #drop(from, count) {
    for (const view of this.#views.splice(from, count)) {
      view.leave();
      view.element.remove();
    }
  }

  get rows() {
    return this.#views.map((view) => view.element);
  }

  #fill() {
    const from = Math.max(0, this.#turns.length - AT_ONCE);
    if (from < this.#first) this.#prepend(() => this.#showFrom(from));
  }

  /** Shows more messages from before. */
  showEarlier() {
    this.#prepend(() => this.#showFrom(Math.max(0, this.#first - AT_ONCE)));
  }

  showAll() {
    // Also where some more were about to be shown.
    this.#firstBefore ??= Math.min(this.#first, this.#turns.length - AT_ONCE);
    this.#showFrom(0);
  }

  /** As it was before showAll(). */
  showAsBefore() {
    const count = (this.#firstBefore ?? 0) - this.#first;
    this.#firstBefore = undefined;
    if (count <= 0) return;
    this.#drop(0, count);
    this.#first += count;
    this.earlier.hidden = false;
  }

  #showFrom(from) {
    const views = this.#turns.slice(from, this.#first).map((turn) => this.#make(turn, false));
    this.#views.unshift(...views);
    this.#rows.prepend(...views.map((view) => view.element));
    this.#first = from;
    this.earlier.hidden = from === 0;
  }
}

/** Whether it can be the same turn, and not another version of it. */
function isSame(known, turn) {
  if (known?.role !== turn.role) return false;
  const [first, second] = [known, turn].map(({ messages }) => messages[0]);
  return !first || !second || first.id === second.id;
}
