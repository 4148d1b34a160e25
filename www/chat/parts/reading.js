// Reads an answer aloud. The browser has one voice for the whole page.
import { toggleButton } from "./toggle-button.js";

let current;

/** Reads the blocks that `textsOf()` gives; pressed again, it stops. Nothing where the browser cannot. */
export function readButton({ texts, locale }, textsOf) {
  if (!globalThis.speechSynthesis) return undefined;
  const click = () => (current?.button === button ? stopReading(button) : start(button, textsOf(), locale));
  const button = toggleButton(texts, "readAloud", { symbol: "aloud", part: "read-aloud", click });
  return button;
}

/** Stops what that button has started. */
export function stopReading(button) {
  if (!current || current.button !== button) return;
  current = undefined;
  speechSynthesis.cancel();
  button.setAttribute("aria-pressed", "false");
}

function start(button, blocks, locale) {
  if (current) stopReading(current.button);
  if (blocks.length === 0) return;
  // Refers to the utterances, too: Chromium forgets those that nothing refers to, with their events.
  const reading = { button, utterances: blocks.map((text) => utteranceOf(text, locale)) };
  current = reading;
  button.setAttribute("aria-pressed", "true");
  const end = () => current === reading && stopReading(button);
  for (const utterance of reading.utterances) {
    utterance.onerror = end;
    speechSynthesis.speak(utterance);
  }
  reading.utterances.at(-1).onend = end;
}

function utteranceOf(text, locale) {
  const utterance = new SpeechSynthesisUtterance(text);
  if (locale) utterance.lang = locale;
  return utterance;
}
