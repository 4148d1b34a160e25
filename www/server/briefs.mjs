// What the stand-in says as an agent of the flow: one side of a question in so many sentences, or the brief that is made of both.

const TOPICS = [
  {
    when: /\bstreets?\b|\bcars?\b/i,
    next: "Close it on four Sundays in May, count who comes and what the shops take, and decide in June.",
    For: [
      "A street without cars is the cheapest park a town can build.",
      "On Sundays most shops are shut, so hardly anything has to be delivered.",
      "Children can learn to ride a bicycle where their grandparents drink coffee.",
      "It can be tried with a few barriers and taken back within an hour.",
      "The air at the school crossing would have one day of rest in the week.",
      "Other towns did it for a month and never found anyone to end it.",
    ],
    Against: [
      "The cars do not vanish, they turn into the two streets beside it.",
      "Whoever walks badly is driven to church, and church is on a Sunday.",
      "The bakery earns a third of its week before noon, mostly through a car window.",
      "Somebody has to carry the barriers, and somebody has to be paid for it.",
      "The bus would need another way, and a bus that moves is a bus that is missed.",
      "A street that is quiet in June is empty in November.",
    ],
  },
  {
    when: /\blibrar/i,
    next: "Open it until midnight on Thursdays this winter, with one person and a good lock, and see who comes.",
    For: [
      "Whoever works all day has never seen the library with its lights on.",
      "A warm room with a table is what students in shared flats lack most.",
      "The building is paid for at night as well, it is only locked.",
      "With cards that open the door it takes one person, not five.",
      "After ten it is the only place in town where nobody has to buy anything.",
      "Books do not mind the hour.",
    ],
    Against: [
      "One person alone at night is one too few.",
      "The heating would run for twelve people and a sleeping dog.",
      "What is opened at night is taken from the mornings, where the schools come.",
      "The last bus leaves at eleven, and the library does not change that.",
      "Those who need it most are the ones who cannot leave home at night.",
      "A key that everybody has is not a key for long.",
    ],
  },
  {
    when: /\bschools?\b|\bnine\b/i,
    next: "Ask the bus company first, then let two classes begin at nine until Easter.",
    For: [
      "At fifteen one wakes late, and no alarm clock has ever changed that.",
      "The first lesson is the one that most marks are lost in.",
      "At nine it is light, even in January, and the crossing is safer.",
      "Buses would be half as full once the offices have begun.",
      "Teachers sleep, too.",
      "An hour in the morning costs nothing but a new timetable.",
    ],
    Against: [
      "Parents who begin at eight would have an hour that nobody minds.",
      "What begins later ends later, and football is at four.",
      "The buses are ordered for seven years and know no nine o’clock.",
      "The youngest are awake at six in any case.",
      "Whoever goes to bed late will go to bed later still.",
      "Three schools share one gym, and all three would have to move.",
    ],
  },
  {
    next: "Try it small, say beforehand what would count as a success, and look again in three months.",
    For: [
      "Nobody asks such a question who is content with how things are.",
      "It can be tried in one place before it is done in all.",
      "What it costs is known, and what waiting costs is not.",
      "Those who would have to live with it have asked for it.",
      "The means for it are there and lie idle.",
      "Even a failure would tell more than another year of talking.",
    ],
    Against: [
      "What is there now works, if not for everybody.",
      "Whoever begins this will not have the time to begin anything else.",
      "The costs come at once, the gains when others can take credit for them.",
      "Nobody has said yet how it would be ended.",
      "Those who would lose by it have not been in the room.",
      "It answers a question that was asked two years ago.",
    ],
  },
];

const COUNTS = { four: 4, six: 6 };

const textOf = (content) => (typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join(""));

const instructionsOf = (messages) => messages.filter(({ role }) => role === "system").map(({ content }) => textOf(content)).join("\n");

/** Whether the instructions say so. */
export const isBrief = ({ messages }) => /\bwork on a brief\b/i.test(instructionsOf(messages));

/** The text of the agent that has these instructions. */
export function briefFor({ messages }) {
  const instructions = instructionsOf(messages);
  const question = textOf(messages.findLast(({ role }) => role === "user")?.content).split("\n", 1)[0];
  const topic = TOPICS.find(({ when }) => when?.test(question) ?? true);
  const side = instructions.match(/\bspeaks (for|against) it\b/)?.[1];
  if (side) return topic[side === "for" ? "For" : "Against"].slice(0, COUNTS[instructions.match(/\bin (\w+) sentences\b/)?.[1]]).join(" ");
  const write = /\bmemo\b/.test(instructions) ? memo : letter;
  return write({ question, next: topic.next, ...sidesIn(instructions) });
}

/** The first sentences of both sides, as the instructions hold them. */
function sidesIn(instructions) {
  const [, told = "{}"] = instructions.match(/(\{"For":.*?"\})/) ?? [];
  const { For = "nothing was found.", Against = "nothing was found." } = JSON.parse(told);
  const beginning = (text) => text.match(/[^.!?]*[.!?]/g)?.slice(0, 2).map((sentence) => sentence.trim()) ?? [text];
  return { pros: beginning(For), cons: beginning(Against) };
}

const memo = ({ question, pros, cons, next }) =>
  `To the council\n\nAsked: ${question}\n\nWhat speaks for it:\n- ${pros.join("\n- ")}\n\nWhat speaks against it:\n- ${cons.join("\n- ")}\n\nProposed: ${next}`;

const letter = ({ question, pros, cons, next }) =>
  `Dear neighbours,\n\nyou will have heard the question by now: ${question} We have listened to both sides, and both have a point.\n\n` +
  `Some of you say: ${pros[0]} Others say: ${cons[0]} Neither is wrong.\n\nSo here is what we would like to do. ${next} Tell us what you think, at the fence or in writing.`;
