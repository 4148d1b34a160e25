// Several answers at once: what it costs to read them as the branches of a flow and not as runs of their own.
import { BRANCHES } from "./branches.mjs";
import { wire } from "./wire.mjs";

const EVENTS = 4_000;
const chat = wire("chat");

export const together = {
  ...chat,
  format: "parallel",
  inputs: ["event", "16384"],
  growing: [],
  short: EVENTS,
  long: 4 * EVENTS,

  prepare(input, events) {
    const made = chat.prepare(input, events);
    return { ...made, events: BRANCHES * events, deltas: BRANCHES * made.deltas };
  },

  /** In which order the answers come together is each peer's own affair. */
  check({ name }, { text, deltas }, got) {
    if (got.text.length !== BRANCHES * text.length || got.deltas !== deltas) {
      throw new Error(`${name}: ${got.deltas} deltas of ${got.text.length} characters, not ${deltas} of ${BRANCHES * text.length}`);
    }
  },
};
