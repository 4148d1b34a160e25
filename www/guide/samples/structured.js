import init, { RefinireAgent } from "refinire-web";

const BLOG_POST = {
  type: "object",
  properties: {
    title: { type: "string" },
    content: { type: "string" },
    tags: { type: "array", items: { type: "string" } },
    wordCount: { type: "integer" },
  },
  required: ["title", "content", "tags", "wordCount"],
  additionalProperties: false,
};

export default async function structured({ print, pane, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "writer",
    generationInstructions: "Write a well-structured blog post.",
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1",
    outputSchema: BLOG_POST, // or a Zod, Valibot or ArkType validator
  });
  const json = pane("As it streams");
  const fields = pane("As values become final");

  const stream = agent.runStreamed("Write a blog post about AI ethics", {
    signal,
    onEvent(event) {
      if (event.type !== "field" || event.path.length !== 1) return;
      fields(`${event.path[0]}: ${JSON.stringify(event.value)}\n\n`);
    },
  });
  for await (const chunk of stream) json(chunk);

  const { content: post } = await stream.result; // parsed and validated
  print(`“${post.title}”, ${post.wordCount} words, about ${post.tags.join(", ")}`);
}
