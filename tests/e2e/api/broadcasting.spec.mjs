// The documentation's sample of sending chunks elsewhere, as it is.
import { readFileSync } from "node:fs";
import { expect, test } from "./support/test.mjs";

const sample = readFileSync(new URL("../../../www/site/samples/broadcast.js", import.meta.url), "utf8");

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
