// The README's sample of passing chunks on, as it stands there.
import { readFileSync } from "node:fs";
import { expect, test } from "./support/test.mjs";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
const [, sample] = /### To other tabs and people\n[^]*?```js\n([^]*?)```/.exec(readme);

test("the sample hands each chunk on to the other tabs and over a WebSocket, in order", async ({ page, inOwnPage, inOther }) => {
  const room = [];
  await page.routeWebSocket("wss://example.com/room", (socket) => socket.onMessage((message) => room.push(message)));
  await inOther((kit) => {
    kit.kept.heard = [];
    kit.kept.complete = new Promise((resolve) => {
      new BroadcastChannel("answer").onmessage = ({ data }) => kit.kept.heard.push(data) && data === "[COMPLETE]" && resolve();
    });
  });
  await inOwnPage(async (kit, sample) => {
    const AsyncFunction = (async () => {}).constructor;
    await new AsyncFunction("agent", sample)(kit.agent(kit.saysAll("Hel", "lo", " there")));
  }, sample);
  const expected = ["Hel", "lo", " there", "[COMPLETE]"];
  expect(await inOther(async (kit) => (await kit.kept.complete, kit.kept.heard))).toEqual(expected);
  await expect.poll(() => room).toEqual(expected);
});
