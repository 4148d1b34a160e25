// What a page binds to: messages follow the chunks, in every tab, and only what changes is new.
import { expect, test } from "./support/test.mjs";

test("messages have each chunk as soon as it is delivered", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const seen = [];
    const callback = () => void seen.push(kit.said(context).at(-1));
    await kit.agent(kit.saysAll("a", "b")).run("Hi", { context, callback });
    return [...seen, kit.said(context).at(-1)];
  });
  const answer = (content, more) => ({ role: "assistant", content, ...more });
  expect(seen).toEqual([answer("a", { streaming: true }), answer("ab", { streaming: true }), answer("ab")]);
});

test("a message that has not changed is the same object, and one that has is frozen and keeps its id", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    context.addUserMessage("before", { a: { b: [1] } });
    const lists = [];
    const callback = () => void lists.push(context.messages, context.messages);
    await kit.agent(kit.saysAll("a", "b")).run("Hi", { context, callback });
    lists.push(context.messages);
    const [first, again, second, , last] = lists;
    const frozen = (value) => Object.isFrozen(value) && Object.values(value).every((part) => typeof part !== "object" || frozen(part));
    return {
      again: first === again,
      same: [second, last].map((list) => list.map((message, at) => message === first[at])),
      ids: [second, last].map((list) => list.every(({ id }, at) => id === first[at].id)),
      frozen: lists.every(frozen),
      contents: lists.map((list) => list[2].content),
    };
  });
  expect(seen).toEqual({
    again: true, same: [[true, true, false], [true, true, false]], ids: [true, true], frozen: true, contents: ["a", "a", "ab", "ab", "ab"],
  });
});

test("subscribers are told at most once a frame while an answer streams, and always of its end", async ({ page, inOwnPage }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await inOwnPage(async (kit) => {
    kit.kept.context = kit.memory();
    const model = kit.model(() => {});
    kit.kept.run = kit.agent(model).run("Hi", { context: kit.kept.context });
    await kit.settled();
    kit.kept.turn = model.turns[0];
    kit.kept.told = [];
    kit.kept.context.subscribe(({ messages }) => void kit.kept.told.push(messages.at(-1).content));
  });
  const say = (...texts) => inOwnPage(async (kit, texts) => {
    for (const text of texts) kit.kept.turn.say(text);
    await kit.settled();
    return kit.kept.told.splice(0);
  }, texts);
  expect(await say("a", "b", "c")).toEqual([]);
  await page.clock.runFor(20);
  expect(await say("d", "e")).toEqual(["abc"]);
  await page.clock.runFor(20);
  const ended = await inOwnPage(async (kit) => {
    kit.kept.turn.answer("f");
    await kit.kept.run;
    return kit.kept.told;
  });
  expect(ended[0]).toBe("abcde");
  expect(ended.at(-1)).toBe("abcdef");
  expect(new Set(ended).size).toBe(2);
});

const open = (kit) => void (kit.kept.context = kit.talk());
const sees = (kit, wanted) => kit.until(kit.kept.context, (context) => JSON.stringify(kit.said(context)) === JSON.stringify(wanted));
const half = (content, state) => [{ role: "user", content: "Hi" }, { role: "assistant", content, [state]: true }];

test("another tab shows an answer frame by frame, long before it is saved, and has the same ids", async ({ page, inOwnPage, inOther }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await inOther(open);
  await inOwnPage((kit) => kit.streaming("a"));
  await page.clock.runFor(20);
  await inOther(sees, half("a", "streaming"));
  for (const [text, whole] of [["b", "ab"], ["🙂", "ab🙂"], ["é", "ab🙂é"]]) {
    await inOwnPage(async (kit, text) => {
      kit.kept.turn.say(text);
      await kit.settled();
    }, text);
    await page.clock.runFor(20);
    await inOther(sees, half(whole, "streaming"));
  }
  await expect.poll(() => inOther((kit) => kit.pieces())).toEqual([]);
  const ids = (kit) => kit.talk().messages.map(({ id }) => id);
  expect(await inOther((kit) => kit.kept.context.messages.map(({ id }) => id))).toEqual(await inOwnPage(ids));
});

test("an answer is interrupted in the other tab once the one that wrote it is gone, with all that was shown", async ({ page, inOwnPage, inOther }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await inOther(open);
  await inOwnPage((kit) => kit.streaming("Hel"));
  await page.clock.runFor(20);
  await inOther(sees, half("Hel", "streaming"));
  await inOwnPage(async (kit) => {
    kit.kept.turn.say("lo");
    await kit.settled();
  });
  await page.clock.runFor(20);
  await inOther(sees, half("Hello", "streaming"));
  // How long the other tab waits for what may be on its way is a matter of time.
  await page.clock.resume();
  await page.close({ runBeforeUnload: false });
  await inOther(sees, half("Hello", "interrupted"));
  // Nor is it lost with the tab that saw it.
  await expect.poll(() => inOther((kit) => kit.said(kit.talk()))).toEqual(half("Hello", "interrupted"));
});

test("a tab that is opened in the middle shows that the answer is being written", async ({ inOwnPage, inOther }) => {
  await inOwnPage((kit) => kit.streaming("Hel"));
  await inOwnPage((kit) => kit.kept.context.save());
  await inOther(open);
  await inOther(sees, half("Hel", "streaming"));
  await inOwnPage(async (kit) => {
    kit.kept.turn.answer("lo");
    await kit.kept.run;
  });
  await inOther(sees, [{ role: "user", content: "Hi" }, { role: "assistant", content: "Hello" }]);
});

test("a tab that looks on does not keep the one that writes from asking again at once", async ({ inOwnPage, inOther }) => {
  await inOther(open);
  await inOwnPage((kit) => kit.streaming("Hel"));
  await inOwnPage((kit) => kit.kept.context.save());
  await inOther(sees, half("Hel", "streaming"));
  const again = await inOwnPage(async (kit) => {
    kit.kept.turn.answer("lo");
    await kit.kept.run;
    return (await kit.agent(kit.saysAll("Yes.")).run("And?", { context: kit.kept.context, ifBusy: "fail" })).text;
  });
  expect(again).toBe("Yes.");
});

test("a page that comes back from the browser's cache shows that another tab is still answering", async ({ inOwnPage, inOther }) => {
  await inOwnPage((kit) => {
    // Nothing from other tabs reaches a page in the cache.
    globalThis.BroadcastChannel = class extends EventTarget {
      postMessage() {}
      close() {}
    };
    addEventListener("storage", (event) => event.stopImmediatePropagation(), true);
    kit.kept.context = kit.talk();
  });
  await inOther((kit) => kit.streaming("Hel"));
  const comesBack = async (kit) => {
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    await kit.settled();
    return kit.said(kit.kept.context);
  };
  await expect.poll(() => inOwnPage(comesBack)).toEqual(half("Hel", "streaming"));
});
