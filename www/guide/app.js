// Wires the guide: each figure becomes a sample.
import { followReading } from "./contents.js";
import { Sample } from "./sample.js";

const byId = (id) => document.getElementById(id);

function announce(words) {
  byId("status").textContent = words;
}

followReading(byId("contents"), document.querySelectorAll("main section"));

const samples = Array.from(document.querySelectorAll("figure.sample"), (figure) => new Sample(figure, announce));
const failed = (await Promise.allSettled(samples.map((sample) => sample.load()))).filter(({ status }) => status === "rejected");
if (failed.length > 0) {
  byId("notice").textContent = `Some code could not be loaded. ${failed[0].reason.message}`;
  byId("notice").hidden = false;
}
// The code has pushed down what the address pointed to.
if (location.hash) byId(location.hash.slice(1))?.scrollIntoView();
