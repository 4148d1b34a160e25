// What a run of an agent belongs to: its turn in a conversation. Its core calls this.

export class Host {
  // Whether others see the answer while it grows.
  isSeen;
  #conversation;
  // The conversation that takes the answer, where it is another one.
  #book;
  #options;
  #turn;
  #ended;

  /** `options` are the run's; `ended` is called last of all. */
  constructor(conversation, book, options, ended) {
    this.#conversation = conversation;
    this.#book = book;
    this.#options = options;
    this.#ended = ended;
    // One that nobody else sees need not grow.
    this.isSeen = Boolean(book.isKept || options.context);
  }

  async admit(run) {
    const { turn, ifBusy } = this.#options;
    const { ready, isKept } = this.#conversation;
    // A step has its turn within that of its flow.
    this.#turn = turn ?? this.#conversation.takeTurn(ifBusy !== "fail");
    run.hasTurn(this.#turn);
    run.free();
    const isStale = await this.#turn.come();
    await ready;
    // What other tabs have just added belongs to the question.
    if (isStale && isKept) this.#conversation.refresh();
  }

  changed() {
    this.#book.changed();
  }

  grown() {
    this.#book.grown();
  }

  concluded(result) {
    this.#conversation.concluded(result);
  }

  left() {
    this.#turn?.leave();
  }

  ended() {
    this.#ended();
    // Now, and not when they are collected: a page that asks and asks may not get there.
    for (const own of [this.#turn, this.#conversation]) own?.free();
    if (this.#book !== this.#conversation) this.#book.free();
  }
}
