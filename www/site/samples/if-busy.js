import { RefinireError } from "refinire-web";

/** Asks, unless an answer is being written in this conversation, in any tab. */
export async function askIfFree(agent, context, question) {
  try {
    return await agent.run(question, { context, ifBusy: "fail" });
  } catch (error) {
    if (error instanceof RefinireError && error.code === "invalid-argument") return undefined;
    throw error;
  }
}
