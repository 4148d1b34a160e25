// Tools and answers that are JSON against a model that others wrote, in each format it speaks.
import { FORMATS } from "../../www/common/providers.js";
import { expect, test } from "./api/support/test.mjs";

const TRIP = {
  type: "object",
  properties: {
    title: { type: "string" }, town: { type: "string" }, budget: { type: "number" }, note: { type: "string" },
    from: { type: "string" }, to: { type: "string" }, packing: { type: "array", items: { type: "string" } },
  },
  required: ["title", "town", "from", "to", "packing"],
};
const BRUGES = { title: "Rain on the canals", town: "Bruges", budget: 310, note: expect.stringContaining("belfry") };

/** In the page: what comes of a run, and its events in order. */
const RUN = async (kit, { options, tools }) => {
  const events = [];
  const agent = new kit.refinire.RefinireAgent({ name: "form", generationInstructions: "Fill in the form.", retry: false, fallback: false, ...options, tools });
  const stream = agent.runStreamed("A rainy weekend in Bruges", { onEvent: (event) => events.push(event) });
  const { chunks, error } = await kit.read(stream);
  if (error) return { error: kit.told(error) };
  const { content, text, toolCalls, finishReason } = await stream.result;
  const of = (...types) => events.filter(({ type }) => types.includes(type));
  return { chunks, content, text, toolCalls, finishReason, of: Object.fromEntries(["partial", "field", "tool-call", "tool-result", "tool-input-delta"].map((type) => [type, of(type)])), order: events.map(({ type }) => type) };
};

for (const { id, label, standIn, model } of FORMATS.filter(({ id }) => id !== "relay")) {
  const options = { provider: id, model, baseUrl: standIn, outputSchema: TRIP };

  test(`${label}: an answer that is JSON grows, field by field`, async ({ inPage }) => {
    const seen = await inPage(RUN, { options });
    expect(seen.error).toBeUndefined();
    expect(seen.content).toEqual({ ...BRUGES, from: "2030-06-01", to: "2030-06-02", packing: ["passport"] });
    expect(JSON.parse(seen.chunks.join(""))).toEqual(seen.content);
    expect(seen.chunks.length).toBeGreaterThan(10);
    const titles = [...new Set(seen.of.partial.map(({ value }) => value.title ?? ""))];
    expect(titles.length).toBeGreaterThan(2);
    for (const title of titles) expect(BRUGES.title.startsWith(title)).toBe(true);
    expect(seen.of.partial.at(-1).value).toEqual(seen.content);
    expect(seen.of.field.map(({ path }) => path.join("."))).toEqual(["title", "town", "from", "to", "budget", "packing.0", "packing", "note", ""]);
  });

  test(`${label}: the model calls tools of the page, gets what they give, and goes on`, async ({ inPage }) => {
    const seen = await inPage(`(kit, argument) => {
      const object = { type: "object", properties: {} };
      const weather = { type: "object", properties: { weather: { type: "string" }, nights: { type: "number" } }, required: ["weather", "nights"] };
      const tools = [
        { name: "page_clock", description: "The date.", parameters: object, execute: () => ({ saturday: "2031-02-01", sunday: "2031-02-02" }) },
        { name: "packing_list", description: "What to take.", parameters: weather, execute: ({ weather, nights }) => \`Pack: things for \${weather}, socks × \${nights}\` },
      ];
      return (${RUN})(kit, { ...argument, tools });
    }`, { options });
    expect(seen.error).toBeUndefined();
    const calls = [["page_clock", {}], ["packing_list", { weather: "rain", nights: 1 }]];
    expect(seen.of["tool-call"].map(({ name, input }) => [name, input])).toEqual(calls);
    expect(seen.toolCalls.map(({ name, input }) => [name, input])).toEqual(calls);
    const given = { page_clock: { saturday: "2031-02-01", sunday: "2031-02-02" }, packing_list: "Pack: things for rain, socks × 1" };
    expect(Object.fromEntries(seen.of["tool-result"].map(({ name, output }) => [name, output]))).toEqual(given);
    // Only a model that was told of both can write this.
    expect(seen.content).toEqual({ ...BRUGES, from: "2031-02-01", to: "2031-02-02", packing: ["things for rain", "socks × 1"] });
    expect(seen.chunks.length).toBeGreaterThan(10);
    expect(seen.finishReason).toBe("stop");
    expect(seen.order.lastIndexOf("tool-result")).toBeLessThan(seen.order.indexOf("text-delta"));
    // Gemini and Ollama send a call in one piece.
    const pieces = seen.of["tool-input-delta"].map(({ text }) => text);
    if (!["gemini", "ollama"].includes(id)) expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join("")).toContain('{"weather":"rain","nights":1}');
  });
}
