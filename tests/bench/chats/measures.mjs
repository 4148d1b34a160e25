// Chat elements, each in a page of its own: how long a long conversation takes to open, and how long the page is busy while an answer comes
// in below long ones.
const PEERS = [
  { name: "<refinire-chat>", module: "/bench/chats/refinire-chat.js", isOurs: true },
  { name: "deep-chat", module: "/bench/chats/deep-chat.js" },
];
const LONG = { count: 2_000 };
const LARGE = { answers: 20, bytes: 100_000, pieces: 200 };

async function inPage(browser, address, use) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.on("console", (message) => console.error(`  ${message.text()}`));
    await page.goto(address);
    const call = (name, given) => page.evaluate(async ([name, given]) => (await import("/bench/chats/page.js"))[name](given), [name, given]);
    return await use(call, page);
  } finally {
    await context.close();
  }
}

/** The longest task of a page, in milliseconds of its thread: what else the machine is doing does not count. */
function longestTask(trace) {
  const { traceEvents } = JSON.parse(trace);
  const keyOf = ({ pid, tid }) => `${pid} ${tid}`;
  const pages = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(keyOf));
  const tasks = traceEvents.filter((event) => event.name === "ThreadControllerImpl::RunTask" && pages.has(keyOf(event)));
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

const openLong = (browser, address, { module }) => inPage(browser, address, (call) => call("openLong", { module, ...LONG }));

const streamBelow = (browser, address, { module }) => inPage(browser, address, async (call, page) => {
  await call("openLarge", { module, ...LARGE });
  await browser.startTracing(page, { categories: ["toplevel"] });
  await call("streamBelow", LARGE);
  return longestTask((await browser.stopTracing()).toString());
});

/** `repeated(peers, options, sample)` gives samples by peer; `group` makes a group of them. */
const measureOf = (sample, format, input) => async (browser, address, withOurs, options, { repeated, group }) => {
  const peers = PEERS.filter(({ isOurs }) => withOurs || !isOurs);
  return [group(format, input, await repeated(peers, options, (peer) => sample(browser, address, peer)))];
};

export const open = measureOf(openLong, "open", "turns");
export const busy = measureOf(streamBelow, "busy", "frames");
