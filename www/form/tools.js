// What the model may have the page run.

const THINGS = {
  rain: ["rain jacket", "umbrella", "dry socks", "a thick book"],
  snow: ["wool hat", "gloves", "boots", "hand cream"],
  sun: ["sun hat", "swimwear", "sandals", "sun cream"],
};
const ALWAYS = ["passport", "charger"];
const SATURDAY = 6;

/** As the page's own calendar has it: `toISOString` would give the day in Greenwich. */
function dayOf(date) {
  const digits = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`;
}

/** The next Saturday after `now`, and the Sunday after it. */
export function weekendAfter(now) {
  const daysAhead = (SATURDAY - now.getDay() + 7) % 7 || 7;
  const on = (days) => dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days));
  return { saturday: on(daysAhead), sunday: on(daysAhead + 1) };
}

function packingList({ weather, nights }) {
  const things = THINGS[weather];
  if (!things) throw new Error(`weather has to be one of ${Object.keys(THINGS).join(", ")}`);
  return `Pack: ${[...ALWAYS, ...things, `${Number(nights) + 1} shirts`].join(", ")}`;
}

export const tools = [
  {
    name: "page_clock",
    description: "The next weekend’s dates, and the time zone, as the visitor’s own clock has them.",
    parameters: { type: "object", properties: {}, additionalProperties: false },
    execute: () => ({ ...weekendAfter(new Date()), timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
  },
  {
    name: "packing_list",
    description: "What the visitor packs for a kind of weather.",
    parameters: {
      type: "object",
      properties: { weather: { type: "string", enum: Object.keys(THINGS) }, nights: { type: "integer", minimum: 1 } },
      required: ["weather", "nights"],
      additionalProperties: false,
    },
    execute: packingList,
  },
];
