// A conversation as it is shown: questions, and answers that may consist of several messages.

/** `parts` of an answer are, in order, `{ reasoning }`, `{ text }` and `{ tool }`; `messages` are those that a turn consists of, and
 *  `from` is where it begins among all. `alternatives` has the id of the message that there are several versions of. */
export function turnsOf(messages) {
  const turns = [];
  for (const [from, message] of messages.entries()) {
    const { role, content, timestamp: at, attachments = [] } = message;
    if (role === "user") turns.push({ role, text: content, at, from, attachments, messages: [message], alternatives: alternativesOf(message) });
    else if (role === "assistant" || role === "tool") add(answerAtEnd(turns, { at, from }), message);
  }
  return turns;
}

const alternativesOf = ({ id, alternatives }) => alternatives && { id, ...alternatives };

function answerAtEnd(turns, where) {
  const last = turns.at(-1);
  if (last?.role === "assistant") return last;
  const answer = blank(where);
  turns.push(answer);
  return answer;
}

function add(answer, message) {
  const { role, reasoning, streaming, interrupted, toolCalls = [], toolCallId, sources = [], files = [] } = message;
  let { content } = message;
  answer.messages.push(message);
  answer.alternatives ??= alternativesOf(message);
  if (role === "tool") {
    const called = answer.parts.find(({ tool }) => tool?.id === toolCallId);
    if (called) called.tool.output = content;
    return;
  }
  // What several agents said are paragraphs of their own.
  if (answer.text && content && !answer.parts.at(-1).tool) content = `\n\n${content}`;
  if (reasoning) answer.parts.push({ reasoning });
  if (content) answer.parts.push({ text: content });
  for (const { id, name, inputText } of toolCalls) answer.parts.push({ tool: { id, name, input: inputText } });
  answer.text += content;
  answer.sources.push(...sources);
  answer.files.push(...files);
  answer.streaming = Boolean(streaming);
  answer.interrupted = Boolean(interrupted);
}

/** The turns in front of the message at `from`; all of them where that is not given. */
export const before = (turns, from) => (from === undefined ? turns : turns.filter((turn) => turn.from < from));

/** The turns, and where among them the answer stands that `run` is giving; its question and an empty answer are added where the
 *  conversation does not have them yet. `run.base` is how many turns there were when it began. */
export function lineUp(turns, run) {
  const shown = [...(run.hasBegun ? turns : before(turns, run.from))];
  if (run.question !== undefined) {
    // A question that got no answer is asked again, not added again.
    let asked = shown.findLastIndex(({ role, text }, at) => at >= run.base - 1 && role === "user" && text === run.question);
    if (asked < 0) asked = shown.push(questionOf(run.question, run)) - 1;
    if (shown[asked].attachments.length === 0) shown[asked] = { ...shown[asked], attachments: run.attachments.map(described) };
    if (!shown[asked + 1]) shown.push(blank(run));
    return { shown, live: asked + 1 };
  }
  if (shown.at(-1)?.role !== "assistant") shown.push(blank(run));
  return { shown, live: shown.length - 1 };
}

/** A question that the conversation does not have. */
export const questionOf = (text, { at, from, attachments }) => ({ role: "user", text, at, from, attachments: attachments.map(described), messages: [] });

function blank({ at, from }) {
  return { role: "assistant", text: "", parts: [], sources: [], files: [], messages: [], at, from, streaming: false, interrupted: false };
}

/** How an attachment that is a Blob, or is only an address, is shown: as one of a message. */
export function described(attachment) {
  if (!(attachment instanceof Blob)) return { mediaType: "", url: String(attachment) };
  const { name, type, size } = attachment;
  return { mediaType: type, name, size, blob: attachment };
}
