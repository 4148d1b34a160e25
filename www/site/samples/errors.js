import { RefinireError } from "refinire-web";

/** Asks, shows the answer, and says what can be done if it fails. */
export async function ask(agent, context, question, { show, tell, signal }) {
  try {
    for await (const chunk of agent.runStreamed(question, { context, signal })) show(chunk);
  } catch (error) {
    if (signal?.aborted) return; // the reader stopped it; the text so far is in the conversation
    if (!(error instanceof RefinireError)) throw error;
    if (error.partialText) tell("The answer is incomplete.", () => continueAnswer(agent, context, show));
    else if (error.retryable) tell(error.message, () => ask(agent, context, question, { show, tell, signal }));
    else tell(error.message);
  }
}

/** Goes on with the interrupted answer at the end of the conversation, now or after a reload. */
export async function continueAnswer(agent, context, show) {
  for await (const chunk of agent.resume({ context })) show(chunk);
}
