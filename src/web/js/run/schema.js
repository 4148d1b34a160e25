// Values and the schemas that they have to fit (Standard Schema, https://standardschema.dev).

/** What the validator makes of `value`; `value` itself where `schema` is a JSON Schema, by which `misfit()` tells what is wrong with it, if
 *  anything. Throws what does not fit. */
export async function conformed(schema, value, misfit) {
  const standard = schema?.["~standard"];
  if (!standard) {
    const wrong = misfit();
    if (wrong !== undefined) throw new Error(wrong);
    return value;
  }
  const { issues, value: made } = await standard.validate(value);
  if (issues) throw new Misfit(issues);
  return made;
}

/** What a validator finds wrong. */
class Misfit extends Error {
  constructor(issues) {
    super(issues.map(told).join("; "));
    this.issues = issues;
  }
}

function told({ path = [], message }) {
  const keys = path.map((part) => (typeof part === "object" && part !== null ? part.key : part));
  const place = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return place ? `${place.replace(/^\./, "")}: ${message}` : message;
}
