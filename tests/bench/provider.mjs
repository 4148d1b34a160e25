// A provider that is as near as one can be, and fast.
import { answer } from "./fixtures.mjs";

/** Events a millisecond: more than providers send, so that what a run costs is not hidden behind the wait for it. */
const PACE = 20;

const answers = new Map();

/** Streams an answer of so many events. */
export function provide(response, count) {
  if (!answers.has(count)) answers.set(count, answer("chat", count));
  const { events } = answers.get(count);
  // Without no-store Chromium reads far ahead.
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(events.length, Math.floor((performance.now() - start) * PACE));
    for (; sent < due; sent += 1) response.write(events[sent]);
    if (sent === events.length) response.end();
  }, 1);
  response.on("close", () => clearInterval(timer));
}
