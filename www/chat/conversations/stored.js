// The stored conversations, and what a person does with them in the list.
import init, { Context } from "refinire-web";

import { randomName } from "../shared.js";

const UNDO_MS = 10_000;

export class StoredConversations {
  #session;
  #heard;
  // `{ id, wasShown, timer }` of what is deleted unless somebody undoes it.
  #deleting;
  // Those that are being deleted now.
  #leaving = new Set();
  #hidden = () => document.visibilityState === "hidden" && this.finish();

  /** `heard` are select(id) and changed(). */
  constructor(session, heard) {
    this.#session = session;
    this.#heard = heard;
  }

  connect() {
    document.addEventListener("visibilitychange", this.#hidden);
  }

  disconnect() {
    document.removeEventListener("visibilitychange", this.#hidden);
    this.finish();
  }

  /** Newest first: `{ id, updatedAt, preview, title, isCurrent, isWriting }`. */
  async list() {
    await init();
    const { context, writing } = this.#session;
    const all = await Context.list();
    return all.filter(({ id }) => id !== this.#deleting?.id && !this.#leaving.has(id))
      .map((each) => ({ ...each, isCurrent: each.id === context?.id, isWriting: writing.includes(each.id) }));
  }

  async rename(id, title) {
    await this.#with(id, (context) => {
      context.title = title || undefined;
      return context.save();
    });
    this.#heard.changed();
  }

  /** Deletes it a while later; `undo` takes that back. If it is shown, the newest of the others takes its place. */
  async remove(id) {
    this.finish();
    const wasShown = this.#session.context?.id === id;
    this.#deleting = { id, wasShown, timer: setTimeout(() => this.finish(), UNDO_MS) };
    if (wasShown) this.#heard.select((await this.list())[0]?.id ?? randomName());
    this.#heard.changed();
  }

  /** Whether there is something to undo. */
  get canUndo() {
    return this.#deleting !== undefined;
  }

  undo() {
    if (!this.#deleting) return;
    const { id, wasShown } = this.#end();
    if (wasShown) this.#heard.select(id);
    this.#heard.changed();
  }

  /** Deletes at once what could still be undone, unless it is shown again. */
  finish() {
    if (!this.#deleting) return;
    const { id } = this.#end();
    this.#heard.changed();
    if (this.#session.context?.id !== id) this.#delete(id).catch(reportError);
  }

  async #delete(id) {
    this.#leaving.add(id);
    try {
      await this.#session.stopWriting(id);
      await this.#with(id, (context) => context.delete());
    } finally {
      this.#leaving.delete(id);
    }
  }

  #end() {
    const deleting = this.#deleting;
    clearTimeout(deleting?.timer);
    this.#deleting = undefined;
    return deleting;
  }

  async #with(id, act) {
    const { context: shown } = this.#session;
    if (shown?.id === id) return act(shown);
    const context = await new Context({ id }).ready;
    await act(context);
    return context.free();
  }
}
