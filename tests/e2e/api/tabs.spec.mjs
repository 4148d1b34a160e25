// One conversation in two tabs, or twice in one page.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

const contents = (messages) => messages.map(({ content }) => content);
const half = (content) => [{ role: "user", content: "Hi" }, { role: "assistant", content, streaming: true }];

/** Makes what stands for each tab's view of the conversation. */
const open = (kit) => void (kit.kept.context = kit.talk());

/** Waits until the tab's view of the conversation is this. */
const sees = (kit, wanted) => kit.until(kit.kept.context, (context) => JSON.stringify(kit.said(context)) === JSON.stringify(wanted));

test("two tabs that add 200 messages each at once have 400, in one order, also after a reload", async ({ page, inOwnPage, inOther }) => {
  const tabs = { one: inOwnPage, two: inOther };
  for (const inTab of Object.values(tabs)) await inTab(open);
  await Promise.all(Object.entries(tabs).map(([name, inTab]) => inTab(async (kit, name) => {
    const { context } = kit.kept;
    for (let number = 0; number < 200; number += 1) {
      context.addUserMessage(`${name} ${number}`);
      // The other tab's may come in between.
      if (number % 10 === 0) await kit.settled(1);
    }
    await kit.until(context, ({ messages }) => messages.length === 400);
  }, name)));
  const [one, two] = [await inOwnPage((kit) => kit.said(kit.kept.context)), await inOther((kit) => kit.said(kit.kept.context))];
  expect(one).toHaveLength(400);
  expect(two).toEqual(one);
  for (const name of Object.keys(tabs)) {
    const own = contents(one).filter((content) => content.startsWith(name));
    expect(own).toEqual(Array.from({ length: 200 }, (_, number) => `${name} ${number}`));
  }
  await page.reload();
  await load(page);
  expect(await call(page, (kit) => kit.said(kit.talk()))).toEqual(one);
});

test("two contexts of one id in a page are one conversation, whoever writes when", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const contexts = [kit.talk(), kit.talk()];
    for (let number = 0; number < 50; number += 1) {
      for (const context of contexts) context.addUserMessage(`${contexts.indexOf(context)} ${number}`);
      if (number % 7 === 0) await kit.settled(1);
    }
    await Promise.all(contexts.map((context) => kit.until(context, ({ messages }) => messages.length === 100)));
    return [...contexts, kit.talk()].map((context) => context.messages.map(({ content }) => content));
  });
  expect(seen[0]).toHaveLength(100);
  expect(new Set(seen[0]).size).toBe(100);
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});

test("a flow in one tab waits for that in the other to end, and knows what it has said", async ({ inOwnPage, inOther }) => {
  await inOwnPage(async (kit) => {
    const model = kit.model();
    const steps = { first: kit.named("first", model), second: kit.named("second", kit.saysAll("two")) };
    kit.kept.run = new kit.refinire.Flow(steps, { context: kit.talk() }).run("Hi");
    (kit.kept.turn = await model.turn()).say("on");
  });
  await inOther((kit) => {
    kit.kept.model = kit.saysAll("three");
    kit.kept.run = new kit.refinire.Flow({ only: kit.named("only", kit.kept.model) }, { context: kit.talk() }).run("And?");
  });
  await inOwnPage(async (kit) => {
    kit.kept.turn.say("e").finish();
    await kit.kept.run;
  });
  const seen = await inOther(async (kit) => {
    await kit.kept.run;
    return { sent: kit.kept.model.turns[0].body.messages.map(({ content }) => content), said: kit.said(kit.talk()).map(({ content }) => content) };
  });
  expect(seen).toEqual({ sent: ["Hi", "one", "two", "And?"], said: ["Hi", "one", "two", "And?", "three"] });
});

for (const storage of ["session", "adapter"]) {
  test(`two contexts of one id in a page are one conversation in ${storage} storage, too`, async ({ inPage }) => {
    const seen = await inPage(async (kit, name) => {
      const kept = new Map();
      const adapter = {
        getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key),
      };
      const storage = name === "adapter" ? adapter : name;
      const contexts = [kit.talk({ storage }), kit.talk({ storage })];
      for (const context of contexts) await context.ready;
      for (const context of contexts) context.addUserMessage(`${contexts.indexOf(context)}`);
      await Promise.all(contexts.map((context) => kit.until(context, ({ messages }) => messages.length === 2)));
      for (const context of contexts) await context.save();
      const fresh = await kit.talk({ storage }).ready;
      return [...contexts, fresh].map((context) => context.messages.map(({ content }) => content).sort());
    }, storage);
    expect(seen).toEqual(Array(3).fill(["0", "1"]));
  });
}

test("an answer that streams in one tab grows in the other, whose subscribers are told", async ({ page, inOwnPage, inOther }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await inOther((kit) => {
    kit.kept.context = kit.talk();
    kit.kept.seen = [];
    kit.kept.context.subscribe((context) => void kit.kept.seen.push(context.messages[1]?.content ?? ""));
  });
  await inOwnPage((kit) => kit.streaming("Hel"));
  await page.clock.runFor(500);
  await inOther(sees, half("Hel"));
  for (const [text, whole] of [["lo", "Hello"], [", wörld 🙂", "Hello, wörld 🙂"]]) {
    await inOwnPage(async (kit, text) => {
      kit.kept.turn.say(text);
      await kit.settled();
    }, text);
    await page.clock.runFor(500);
    await inOther(sees, half(whole));
  }
  await inOwnPage(async (kit) => {
    kit.kept.turn.answer(".");
    await kit.kept.run;
  });
  const whole = [{ role: "user", content: "Hi" }, { role: "assistant", content: "Hello, wörld 🙂." }];
  await inOther(sees, whole);
  // What has been seen is not taken back, though each change comes by two ways.
  const seen = await inOther(async (kit) => {
    await kit.settled();
    return kit.kept.seen;
  });
  for (const [at, text] of seen.entries()) expect(text.startsWith(seen[at - 1] ?? "")).toBe(true);
  expect(await inOther((kit) => kit.said(kit.kept.context))).toEqual(whole);
});

test("a run waits for the one that another tab has under way in the conversation, and sends what that one said", async ({ inOwnPage, inOther }) => {
  await inOwnPage((kit) => kit.streaming("Hel"));
  await inOther(async (kit) => {
    kit.kept.model = kit.saysAll("Yes.");
    kit.kept.run = kit.agent(kit.kept.model).run("And?", { context: kit.talk() });
    await kit.settled();
  });
  expect(await inOther((kit) => kit.kept.model.turns.length)).toBe(0);
  await inOwnPage((kit) => {
    kit.kept.turn.answer("lo");
  });
  const sent = await inOther(async (kit) => {
    await kit.kept.run;
    return kit.kept.model.turns[0].body.messages.map(({ content }) => content);
  });
  expect(sent).toEqual(["Hi", "Hello", "And?"]);
  await inOwnPage(open);
  expect(contents(await inOwnPage((kit) => kit.kept.context.messages))).toEqual(["Hi", "Hello", "And?", "Yes."]);
});

test("with ifBusy \"fail\" a run is refused while one is under way in another tab, and not afterwards", async ({ inOwnPage, inOther }) => {
  await inOther((kit) => kit.streaming("Hel"));
  const refused = await inOwnPage(async (kit) => {
    kit.kept.own = kit.talk();
    const model = kit.saysAll("Yes.");
    const failure = await kit.failure(kit.agent(model).run("And?", { context: kit.kept.own, ifBusy: "fail" }));
    return { failure, asked: model.turns.length };
  });
  expect(refused).toMatchObject({ asked: 0, failure: { real: true, code: "invalid-argument", message: "another run is under way in this conversation", retryable: false } });
  await inOther(async (kit) => {
    kit.kept.turn.answer("lo");
    await kit.kept.run;
  });
  const said = await inOwnPage(async (kit) => {
    await kit.agent(kit.saysAll("Yes.")).run("And?", { context: kit.kept.own, ifBusy: "fail" });
    return kit.kept.own.messages;
  });
  expect(contents(said)).toEqual(["Hi", "Hello", "And?", "Yes."]);
});

test("another tab's shared state arrives, unless this one has changed its own", async ({ inOwnPage, inOther }) => {
  const share = (kit, state) => {
    Object.assign(kit.kept.context.sharedState, state);
    return kit.kept.context.save();
  };
  const has = async (kit, name) => {
    await kit.until(kit.kept.context, ({ sharedState }) => name in sharedState);
    return kit.kept.context.sharedState;
  };
  for (const inTab of [inOwnPage, inOther]) await inTab(open);
  await inOwnPage(share, { mood: "good" });
  expect(await inOther(has, "mood")).toEqual({ mood: "good" });
  await inOther(share, { step: 2 });
  expect(await inOwnPage(has, "step")).toEqual({ mood: "good", step: 2 });
  // A change that is not kept yet is not overwritten.
  await inOwnPage((kit) => void (kit.kept.context.sharedState.mine = true));
  await inOther(share, { step: 3 });
  await inOther((kit) => kit.kept.context.addUserMessage("x"));
  const seen = await inOwnPage(async (kit) => {
    await kit.until(kit.kept.context, ({ messages }) => messages.length === 1);
    return kit.kept.context.sharedState;
  });
  expect(seen).toEqual({ mood: "good", step: 2, mine: true });
});

test("a clear in one tab shows in the other, also for an answer that was cut off there", async ({ page, inOwnPage, inOther }) => {
  await inOwnPage((kit) => kit.streaming("Hel", "x".repeat(2000), "lo"));
  await inOther((kit) => {
    kit.kept.context = kit.talk();
    kit.kept.context.sharedState.mood = "good";
    return kit.kept.context.save();
  });
  await inOwnPage(async (kit) => {
    kit.kept.controller.abort();
    await kit.kept.run;
    await kit.until(kit.kept.context, ({ sharedState }) => "mood" in sharedState);
  });
  await inOther(async (kit) => kit.until(kit.kept.context, ({ messages }) => messages.length === 2));
  await inOwnPage((kit) => kit.kept.context.clear());
  await inOther(sees, []);
  await inOther((kit) => void kit.kept.context.addUserMessage("again"));
  await inOwnPage(sees, [{ role: "user", content: "again" }]);
  await page.reload();
  await load(page);
  expect(await call(page, (kit) => kit.said(kit.talk()))).toEqual([{ role: "user", content: "again" }]);
});

test("a conversation that is deleted has neither state nor result, here and in the other tab", async ({ inOwnPage, inOther }) => {
  const talkedTo = async (kit) => {
    kit.kept.context = kit.talk();
    kit.kept.context.sharedState.mood = "good";
    await kit.agent(kit.saysAll("Yes.")).run("Hi", { context: kit.kept.context });
  };
  const left = ({ kept: { context } }) => [context.sharedState, context.result ?? null, context.messages.length];
  await inOwnPage(talkedTo);
  await inOther(talkedTo);
  await inOwnPage((kit) => kit.kept.context.delete());
  expect(await inOwnPage(left)).toEqual([{}, null, 0]);
  await inOther((kit) => kit.until(kit.kept.context, ({ result, messages }) => !result && messages.length === 0));
  expect(await inOther(left)).toEqual([{}, null, 0]);
  // Nor does it come back with what is said next.
  await inOwnPage((kit) => kit.kept.context.addUserMessage("again"));
  expect(await inOwnPage((kit) => kit.talk().sharedState)).toEqual({});
});

test("a page that comes back from the browser's cache shows what was kept meanwhile", async ({ inPage }) => {
  const seen = await inPage((kit) => {
    const context = kit.talk();
    for (const text of ["x", "y"]) context.addUserMessage(text);
    const [turn] = Object.keys(localStorage).filter((key) => key.startsWith("refinire-web/"));
    // As another tab does, of which this page is told nothing.
    localStorage.removeItem(turn);
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: false }));
    const before = context.messages.length;
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    return [before, context.messages.length];
  });
  expect(seen).toEqual([2, 1]);
});

test("a localStorage that another tab has emptied empties the conversation", async ({ inOwnPage, inOther }) => {
  await inOther((kit) => {
    kit.kept.context = kit.talk();
    kit.kept.context.addUserMessage("x");
  });
  await inOwnPage(() => localStorage.clear());
  await inOther(sees, []);
});

test("a context that is freed hears of nothing, and leaves no listener, no channel and no lock", async ({ page, inOwnPage, inOther }) => {
  await openBlank(page);
  await page.evaluate(() => {
    const held = (globalThis.held = new Set());
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const ofStorage = (type, listener) => ["storage", "pageshow"].includes(type) && listener;
    EventTarget.prototype.addEventListener = function add(type, listener, ...rest) {
      if (ofStorage(type, listener)) held.add(listener);
      return addEventListener.call(this, type, listener, ...rest);
    };
    EventTarget.prototype.removeEventListener = function remove(type, listener, ...rest) {
      held.delete(listener);
      return removeEventListener.call(this, type, listener, ...rest);
    };
    globalThis.BroadcastChannel = class extends BroadcastChannel {
      constructor(name) {
        super(name);
        held.add(this);
      }

      close() {
        super.close();
        held.delete(this);
      }
    };
  });
  await load(page);
  const seen = await inOwnPage(async (kit) => {
    const told = [];
    const contexts = ["talk", "talk", "other"].map((id) => kit.talk({ id, onStorageError: (error) => void told.push(error) }));
    for (const context of contexts) context.subscribe(() => void told.push(context.id));
    await kit.agent(kit.saysAll("Yes.")).run("Hi", { context: contexts[0] });
    await kit.settled();
    const sizes = [globalThis.held.size];
    told.length = 0;
    for (const context of contexts) {
      context.free();
      context.free();
      sizes.push(globalThis.held.size);
    }
    kit.kept.told = told;
    return sizes;
  });
  expect(seen).toEqual([3, 3, 3, 0]);
  await expect.poll(() => inOwnPage(async () => (await navigator.locks.query()).held.length)).toBe(0);
  await inOther((kit) => kit.talk().addUserMessage("x"));
  // And a context made afterwards hears again.
  await inOwnPage(open);
  await inOther((kit) => kit.talk().addUserMessage("y"));
  const heard = await inOwnPage(async (kit) => {
    await kit.until(kit.kept.context, ({ messages }) => messages.length === 4);
    return kit.kept.told.length;
  });
  expect(heard).toBe(0);
});
