import init, { RefinireAgent } from "refinire-web";

const INPUTS = [
  "", // empty
  "Hello", // normal
  "A".repeat(10_000), // very long
  "Explain streaming in detail", // a very long answer
  "Cut the line", // the connection breaks half way
];

export default async function errors({ print, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "careful",
    generationInstructions: "Answer helpfully.",
    model: "gpt-4o-mini",
    baseUrl: "/api/openai/v1",
    timeout: { firstChunk: 20_000, idle: 10_000 },
  });

  for (const [index, input] of INPUTS.entries()) {
    print(`— Case ${index + 1}, ${input.length} characters —\n`);
    let chunks = 0;
    try {
      for await (const chunk of agent.runStreamed(input, { signal })) {
        chunks += 1;
        print(chunk);
        if (chunks > 100) break; // closes the connection
      }
      if (chunks > 100) print("\n✂ Too many chunks: stopped.\n\n");
      else print(`\n✓ ${chunks} chunks.\n\n`);
    } catch (error) {
      signal.throwIfAborted(); // a stop is not a failure
      const { code, message, partialText, retryable } = error;
      print(`\n✗ ${code}: ${message}\n`);
      print(`${partialText.length} characters kept; retryable: ${retryable}\n\n`);
    }
  }
}
