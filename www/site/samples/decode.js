import { decodeResponse } from "refinire-web";

/** For a request that your own code makes: the decoder alone. */
export async function* chunksOf(url, body) {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  yield* decodeResponse(response, { provider: "openai" });
}
