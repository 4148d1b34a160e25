// Next: a page that starts the package in the browser is built and works; one that awaits it on the server fails at once.
import assert from "node:assert/strict";
import { test, after } from "node:test";
import { close, command, project, serving, shown } from "./support.mjs";

after(close);

const DEPENDENCIES = { next: "16.4.6", react: "19.3.1", "react-dom": "19.3.1" };
const LAYOUT = "export default function Layout({ children }) { return <html lang='en'><body>{children}</body></html>; }";
const made = (page) => project("next", DEPENDENCIES, { "app/layout.jsx": LAYOUT, "app/page.jsx": page });

const PAGE = `"use client";
import { useEffect, useState } from "react";
import init, { decodeResponse } from "refinire-web";

export default function Page() {
  const [text, setText] = useState("");
  useEffect(() => {
    init()
      .then(() => decodeResponse(new Response('data: {"choices":[{"delta":{"content":"Hello"}}]}\\n\\ndata: [DONE]\\n\\n'), { provider: "openai" }).result)
      .then(({ text }) => setText(text), (error) => setText(error.message));
  }, []);
  return <output>{text}</output>;
}
`;

for (const bundler of ["--turbopack", "--webpack"]) {
  test(`next build ${bundler}: the page streams`, async () => {
    const folder = made(PAGE);
    const { code, output } = await command(folder, "next", "build", bundler);
    assert.equal(code, 0, output);
    assert.equal(await serving(folder, ["next", "start", "--port", "0", "--hostname", "127.0.0.1"], shown), "Hello");
  });

  test(`next build ${bundler}: awaiting init() on the server fails at once, and says what to do`, async () => {
    const folder = made(`import init from "refinire-web";
const started = await init().then(() => "started", (error) => error.code + ": " + error.message);
console.log("init: " + started);
export default function Page() { return <output>{started}</output>; }
`);
    const { code, output } = await command(folder, "next", "build", bundler);
    assert.equal(code, 0, output);
    assert.match(output, /init: (started|not-initialized: .*server bundle.*)/);
  });
}
