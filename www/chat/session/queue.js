// Questions that wait until the answer under way has ended.

export class Queue {
  /** In order; another array after each change. An entry is `{ text, attachments }`. */
  entries = [];
  /** They wait until somebody goes on: the answer before them failed, asked for something, or was left. */
  isHeld = false;

  /** Whether a question that is sent now has to wait. */
  get isRunning() {
    return this.entries.length > 0 && !this.isHeld;
  }

  /** Settles as the question's run does; rejects with an AbortError if the question is cancelled. */
  add(question) {
    return new Promise((resolve, reject) => {
      this.entries = [...this.entries, { ...question, resolve, reject }];
    });
  }

  /** Takes out the first one. */
  next() {
    const [first, ...rest] = this.entries;
    this.#set(rest);
    return first;
  }

  hold() {
    this.isHeld = this.entries.length > 0;
  }

  /** False where it is already on its way. */
  cancel(entry) {
    if (!this.entries.includes(entry)) return false;
    this.#set(this.entries.filter((each) => each !== entry));
    entry.reject(new DOMException("The question was cancelled before it was sent.", "AbortError"));
    return true;
  }

  clear() {
    for (const entry of this.entries) this.cancel(entry);
  }

  #set(entries) {
    this.entries = entries;
    this.isHeld &&= entries.length > 0;
  }
}
