// Runs in a page that holds one chat element: measures.mjs says what is measured.
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const PARAGRAPH = "A **paragraph** of an answer, with `code` and words that go on until the line is full, so that it wraps.\n\n";

/** Puts the element into the page; resolves in the frame after the end of its conversation is there. */
async function open({ lastText }, chat, end) {
  document.body.append(chat);
  while (!lastText(chat).includes(end)) await frame();
  await frame();
}

/** Milliseconds from putting the element into the page until it shows the end of a conversation of so many turns. */
export async function openLong({ module, count }) {
  const peer = await import(module);
  const turns = Array.from({ length: count }, (_, at) => ({ role: at % 2 ? "assistant" : "user", text: `Turn ${at}. ${PARAGRAPH}` }));
  const chat = await peer.prepare(turns);
  const start = performance.now();
  await open(peer, chat, `Turn ${count - 1}.`);
  return performance.now() - start;
}

let peer;
let chat;

/** Opens a conversation of so many answers of so many characters. */
export async function openLarge({ module, answers, bytes }) {
  peer = await import(module);
  const long = PARAGRAPH.repeat(Math.ceil(bytes / PARAGRAPH.length));
  const turns = Array.from({ length: answers }, (_, at) => [{ role: "user", text: `Question ${at}` }, { role: "assistant", text: `${long}End ${at}.` }]).flat();
  chat = await peer.prepare(turns, { storage: "memory" });
  await open(peer, chat, `End ${answers - 1}.`);
  // What opening it has left to do is not counted.
  for (let count = 0; count < 20; count += 1) await frame();
}

/** Streams an answer of so many pieces below them, one with each frame. */
export async function streamBelow({ pieces }) {
  await peer.ask(chat, withFrames(pieces));
  await frame();
  if (!peer.lastText(chat).includes("The end.")) throw new Error("the answer is not there");
}

async function* withFrames(count) {
  for (let at = 0; at < count; at += 1) {
    await frame();
    yield at % 2 ? PARAGRAPH.slice(50) : PARAGRAPH.slice(0, 50);
  }
  yield "The end.";
}
