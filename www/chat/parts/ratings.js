// What a person thinks of an answer: kept in the conversation's shared state, by the id of the answer's last message.

const KEY = "chatFeedback";

/** "up", "down" or undefined. */
export const feedbackOf = (context, message) => context?.sharedState?.[KEY]?.[message?.id];

export function setFeedback(context, message, value) {
  const { [message.id]: before, ...others } = context.sharedState[KEY] ?? {};
  context.sharedState[KEY] = value ? { ...others, [message.id]: value } : others;
  context.save().catch(reportError);
}
