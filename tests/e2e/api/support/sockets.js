// Runs in the page in place of its WebSocket: a test is the other side of each.
{
  const made = [];
  const awaited = [];
  const at = (number) => (awaited[number] ??= Promise.withResolvers());

  class Socket extends EventTarget {
    static OPEN = 1;
    readyState = 0;
    sent = [];
    isClosed = false;
    #unread = [];
    #reader;

    constructor(url) {
      super();
      if (globalThis.refusal) throw globalThis.refusal;
      this.url = url;
      made.push(this);
      at(made.length).resolve(this);
    }

    send(message) {
      this.sent.push(message);
      this.#unread.push(message);
      this.#reader?.resolve();
    }

    close() {
      this.isClosed = true;
      this.readyState = 3;
    }

    /** What was sent next. */
    async next() {
      this.#reader = Promise.withResolvers();
      if (this.#unread.length === 0) await this.#reader.promise;
      return this.#unread.shift();
    }

    open() {
      this.readyState = 1;
      this.dispatchEvent(new Event("open"));
      return this;
    }

    /** Each is a frame: text, or binary. */
    say(...frames) {
      for (const data of frames) this.dispatchEvent(new MessageEvent("message", { data }));
      return this;
    }

    end(code, reason = "") {
      this.readyState = 3;
      // As browsers do where a connection breaks.
      if (code === 1006) this.dispatchEvent(new Event("error"));
      this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean: code !== 1006 }));
    }
  }

  globalThis.WebSocket = Socket;
  globalThis.sockets = { made, at: (number = 1) => at(number).promise };
}
