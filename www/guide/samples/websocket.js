import init, { Context, RefinireAgent } from "refinire-web";

export default async function socket({ print, signal }) {
  await init();
  const agent = new RefinireAgent({
    name: "client",
    generationInstructions: "",
    model: "websocket",
    provider: "websocket",
    baseUrl: "ws://127.0.0.1:8765",
  });
  const context = new Context({ storage: "memory" });

  // Both turns go over one socket.
  for (const question of ["Hello!", "And what about await?"]) {
    for await (const chunk of agent.runStreamed(question, { context, signal })) {
      print(chunk);
    }
    print("\n\n");
  }
}
