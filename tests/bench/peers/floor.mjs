// Reading the body and doing nothing: what no peer can be faster than.

async function read({ fetch }) {
  const reader = (await fetch("/v1")).body.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes += value.length;
  }
}

export const peers = ["chat", "anthropic"].map((format) => ({ name: "floor", format, gives: "bytes", answer: read }));
