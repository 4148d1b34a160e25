// Long conversations: what it costs to keep the answer that is added to them.
import { fakeFetch } from "./body.mjs";
import { wire } from "./wire.mjs";

/** So many events has the answer that is added. */
export const EVENTS = 2_000;

const chat = wire("chat");

export const talks = {
  ...chat,
  format: "kept",
  inputs: ["http", "event"],
  growing: [],
  short: EVENTS,
  long: 4 * EVENTS,

  prepare: (input, events) => ({ ...chat.prepare("event", events), isFetched: input === "http" }),

  /** Over HTTP it comes from provider.mjs, and the page's own fetch reads it. */
  read: (peer, fixture, prepared) => chat.readWith(peer, fixture.isFetched ? undefined : fakeFetch(fixture.pieces), prepared),
};
