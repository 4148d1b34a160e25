import { JsonStream } from "refinire-web";

/** Reads JSON from any stream of text, and shows what there is so far. */
export async function readTowns(chunks, render) {
  const json = new JsonStream();
  for await (const chunk of chunks) {
    json.push(chunk); // throws as soon as it cannot be JSON
    render(json.value); // [{ name: "Gen" }], [{ name: "Genoa" }], [{ name: "Genoa", population: 558745 }] …
  }
  return json.finish(); // the same as JSON.parse
}
