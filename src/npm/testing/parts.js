// What several formats share.

/** The pieces in which the arguments of a call arrive, in characters. */
const ARGUMENTS = 12;

/** Cut between characters, as a model's tokens are. */
export function inPieces(text, size = ARGUMENTS) {
  const characters = Array.from(text);
  const pieces = [];
  for (let at = 0; at < characters.length; at += size) pieces.push(characters.slice(at, at + size).join(""));
  return pieces;
}

/** The arguments of a call as text: a string is that text itself, so that it may be broken. */
export const argumentsText = ({ input }) => (typeof input === "string" ? input : JSON.stringify(input));

/** The arguments as a value, for formats that have no text of them. */
export function argumentsValue({ input }, provider) {
  if (typeof input !== "string") return input;
  try {
    return JSON.parse(input);
  } catch {
    throw new Mistake(`${provider} sends the arguments of a call as JSON and not as text: ${input} cannot be sent`);
  }
}

/** An event of a stream of server-sent events; `type` is its name, where the format has names. */
export const event = (data, type) => `${type ? `event: ${type}\n` : ""}data: ${JSON.stringify(data)}\n\n`;

/** `object` without the members that are undefined. */
export const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** The total of a usage. */
export const total = ({ inputTokens, outputTokens, totalTokens }) =>
  totalTokens ?? (inputTokens === undefined && outputTokens === undefined ? undefined : (inputTokens ?? 0) + (outputTokens ?? 0));

/** What is wrong with the script, and not with what is tested. */
export class Mistake extends Error {}
