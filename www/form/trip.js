// What the form asks for, in the order in which the model is to write it.

export const FIELDS = [
  { name: "title", label: "Title", kind: "text", schema: { type: "string" } },
  { name: "town", label: "Town", kind: "text", schema: { type: "string" } },
  { name: "from", label: "From", kind: "date", schema: { type: "string", format: "date" } },
  { name: "to", label: "To", kind: "date", schema: { type: "string", format: "date" } },
  { name: "budget", label: "Budget in euros", kind: "number", schema: { type: "number" } },
  { name: "packing", label: "Packing list", kind: "list", schema: { type: "array", items: { type: "string" } } },
  { name: "note", label: "Worth knowing", kind: "long", schema: { type: "string" } },
];

/** The same as a JSON Schema. */
export const TRIP = {
  type: "object",
  properties: Object.fromEntries(FIELDS.map(({ name, label, schema }) => [name, { ...schema, description: label }])),
  required: FIELDS.map(({ name }) => name),
  additionalProperties: false,
};

export const INSTRUCTIONS =
  "Fill in the form for the weekend the user describes. First ask page_clock when the next weekend is, and packing_list what to take.";
