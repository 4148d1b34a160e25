// What the stand-in says where it is to fill in a form: it calls the page's tools, if there are any, and writes a trip as JSON.

const TRIPS = [
  { when: /\bbruges\b/i, town: "Bruges", weather: "rain", title: "Rain on the canals", budget: 310,
    note: "Go up the belfry early, before the boats start. When it pours, the lace museum is dry, quiet and warm." },
  { when: /\bbergen\b/i, town: "Bergen", weather: "snow", title: "Seven hills and a bit of snow", budget: 480,
    note: "Take the funicular up and walk down. The fish market is dear; the soup is worth it all the same." },
  { town: "Genoa", weather: "sun", title: "Two slow days by the sea", budget: 260,
    note: "Leave the map at home in the old town: every alley ends at a bakery or at the harbour." },
];

const textOf = (content) => (typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join(""));

/** Whether the instructions say so. */
export const isForm = ({ messages }) => messages.some(({ role, content }) => role === "system" && /\bfill in the form\b/i.test(textOf(content)));

/** The calls of tools that are to come first, or the text. */
export function filledIn({ messages, tools }) {
  const asked = messages.findLastIndex(({ role }) => role === "user");
  const { weather, title, town, budget, note } = tripFor(textOf(messages[asked]?.content));
  const results = messages.slice(asked + 1).filter(({ role }) => role === "tool");
  if (tools?.length && results.length === 0) return { calls: [["page_clock", {}], ["packing_list", { weather, nights: 1 }]] };
  const { from, to, packing } = readOut(results);
  return { text: JSON.stringify({ title, town, from, to, budget, packing, note }) };
}

const tripFor = (question) => TRIPS.find(({ when }) => when?.test(question) ?? true);

/** The dates and things in what the tools gave: each format wraps a result in its own way. */
function readOut(results) {
  const told = results.map(({ content }) => textOf(content)).join("\n");
  const [from = "2030-06-01", to = "2030-06-02"] = told.match(/\d{4}-\d{2}-\d{2}/g) ?? [];
  const packing = told.match(/Pack: ([^".]*)/)?.[1].split(", ") ?? ["passport"];
  return { from, to, packing };
}
