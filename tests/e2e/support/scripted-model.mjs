// A model whose every word a test speaks itself, over Chat Completions on an origin of its own. So a
// test that looks at an answer half way decides what half way is.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

class Turn {
  #response;
  /** Resolves when the page has closed the connection, or it has ended. */
  closed;

  constructor(request, response) {
    this.request = request;
    this.#response = response;
    this.closed = new Promise((resolve) => response.on("close", resolve));
  }

  say(content) {
    this.#send({ delta: { content } });
  }

  /** Calls a tool; or goes on with the arguments of the call at `index`, where no `name` is given. */
  call(index, { id, name, input }) {
    this.#send({ delta: { tool_calls: [{ index, id, function: { name, arguments: input } }] } });
  }

  finish(reason = "stop") {
    this.#send({ delta: {}, finish_reason: reason });
    this.#response.end("data: [DONE]\n\n");
  }

  /** Breaks the connection in the middle. */
  cut() {
    this.#response.destroy();
  }

  #send(choice) {
    if (!this.#response.headersSent) {
      this.#response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store", "Access-Control-Allow-Origin": "*" });
    }
    this.#response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
  }
}

export class ScriptedModel {
  #waiting = [];
  #asked = [];
  #server = createServer(async (request, response) => {
    if (request.method === "OPTIONS") {
      response.writeHead(204, {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": request.headers["access-control-request-headers"] ?? "",
      });
      response.end();
      return;
    }
    const turn = new Turn({ headers: request.headers, body: await json(request) }, response);
    const waiting = this.#waiting.shift();
    if (waiting) waiting(turn);
    else this.#asked.push(turn);
  });

  async start() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.baseUrl = `http://127.0.0.1:${this.#server.address().port}/v1`;
  }

  /** The next question, answered or not yet asked. */
  nextTurn() {
    const asked = this.#asked.shift();
    return asked ? Promise.resolve(asked) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
