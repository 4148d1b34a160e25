// One conversation in two tabs, or twice in one page.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

const contents = (messages) => messages.map(({ content }) => content);
const half = (content) => [{ role: "user", content: "Hi" }, { role: "assistant", content, interrupted: true }];

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

test("what comes by two ways is told once", async ({ inOwnPage, inOther }) => {
  await inOther((kit) => {
    kit.kept.context = kit.talk();
    kit.kept.told = 0;
    kit.kept.context.subscribe(() => void (kit.kept.told += 1));
    kit.kept.stored = new Promise((resolve) => addEventListener("storage", ({ key }) => key.startsWith("refinire-web/") && resolve()));
    kit.kept.posted = new Promise((resolve) => {
      new BroadcastChannel("refinire-web").onmessage = ({ data }) => data.some(([key]) => key.startsWith("refinire-web/")) && resolve();
    });
  });
  await inOwnPage(async (kit) => {
    const context = kit.talk();
    // That there is another tab is told by it.
    const channel = new BroadcastChannel("refinire-web");
    await new Promise((resolve) => (channel.onmessage = resolve));
    channel.close();
    context.addUserMessage("x");
  });
  const seen = await inOther(async (kit) => {
    await Promise.all([kit.kept.stored, kit.kept.posted]);
    await kit.settled();
    const { messages } = kit.kept.context;
    return { told: kit.kept.told, said: messages.length };
  });
  expect(seen).toEqual({ told: 1, said: 1 });
});

test("a tab that is alone tells nobody how an answer grows, and what one change writes is told at once", async ({ page, inOwnPage, inOther }) => {
  await page.evaluate(() => {
    globalThis.posted = [];
    const { postMessage } = BroadcastChannel.prototype;
    BroadcastChannel.prototype.postMessage = function (changes) {
      globalThis.posted.push(changes.map(([key, value]) => [key.replace(/[0-9].*:/, ":"), value !== null]));
      postMessage.call(this, changes);
    };
  });
  const alone = await inOwnPage(async (kit) => {
    kit.kept.context = kit.talk();
    await kit.agent(kit.saysAll("x".repeat(1000), "y".repeat(1000), "z")).run("Hi", { context: kit.kept.context });
    return globalThis.posted.splice(0);
  });
  const turn = ["refinire-web/:talk", true];
  const piece = (isThere) => ["refinire-web+:talk", isThere];
  expect(alone.slice(0, 4)).toEqual([[], [["refinire-web/:talk", true], ["refinire-web:talk", true]], [turn], [turn]]);
  await inOther(open);
  await expect.poll(() => page.evaluate(() => globalThis.posted.splice(0))).toEqual([[]]);
  const told = await inOwnPage(async (kit) => {
    await kit.agent(kit.saysAll("x".repeat(1000), "y".repeat(1000), "z")).run("Hi", { context: kit.kept.context });
    await kit.settled();
    return globalThis.posted;
  });
  expect(told).toEqual([[turn], [turn], [piece(true)], [turn, piece(false)]]);
});

test("with ifBusy \"fail\" the run right behind another is not refused", async ({ inPage }) => {
  const texts = await inPage(async (kit) => {
    const context = kit.talk();
    const texts = [];
    for (let run = 0; run < 5; run += 1) texts.push((await kit.agent(kit.saysAll(`${run}`)).run("Hi", { context, ifBusy: "fail" })).text);
    return texts;
  });
  expect(texts).toEqual(["0", "1", "2", "3", "4"]);
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

/** A run in this tab waits for the one that the other tab has under way; gives what it sends. */
const waits = (kit, id) => {
  kit.kept.context?.free();
  kit.kept.model = kit.saysAll("Yes.");
  kit.kept.context = kit.talk({ id });
  kit.kept.run = kit.agent(kit.kept.model).run("And?", { context: kit.kept.context });
};
const sent = async (kit) => {
  await kit.kept.run;
  return kit.kept.model.turns[0].body.messages.map(({ content }) => content);
};

test("a run that waited for another tab's always sends the last turn of that, in whatever order storage, messages and locks come", async ({ inOwnPage, inOther }) => {
  for (let race = 0; race < 25; race += 1) {
    await inOwnPage((kit, id) => {
      kit.kept.context?.free();
      kit.kept.context = kit.talk({ id });
      return kit.streaming("Hel");
    }, `race ${race}`);
    await inOther(waits, `race ${race}`);
    if (race % 2 === 0) await inOther((kit) => kit.settled());
    await inOwnPage((kit) => void kit.kept.turn.answer("lo"));
    expect(await inOther(sent)).toEqual(["Hi", "Hello", "And?"]);
  }
});

test("the last turn is sent also where the other tab is closed as soon as it is done, and where it has nothing more to say", async ({ page, inOwnPage, inOther }) => {
  await inOther((kit) => kit.streaming("Hel"));
  await inOwnPage(waits, "talk");
  await inOwnPage((kit) => kit.settled());
  await inOther(async (kit) => {
    kit.kept.turn.answer("lo");
    await kit.kept.run;
  });
  await inOther.page.close();
  expect(await inOwnPage(sent)).toEqual(["Hi", "Hello", "And?"]);
  // A tab that is closed in the middle of an answer tells nothing more, and keeps nobody waiting.
  const third = await page.context().newPage();
  await openBlank(third);
  await load(third);
  await call(third, (kit) => kit.streaming("Hel"));
  await inOwnPage(waits, "talk");
  await inOwnPage((kit) => kit.settled());
  await third.close();
  expect(await inOwnPage(sent)).toEqual(["Hi", "Hello", "And?", "Yes.", "Hi", "Hel", "And?"]);
});

test("a run that waits for one in another context of its page does not wait for tabs that are not there", async ({ page, inOwnPage }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  const sent = await inOwnPage(async (kit) => {
    await kit.streaming("Hel");
    const model = kit.saysAll("Yes.");
    const run = kit.agent(model).run("And?", { context: kit.talk() });
    await kit.settled();
    kit.kept.turn.answer("lo");
    await run;
    return model.turns[0].body.messages.map(({ content }) => content);
  });
  expect(sent).toEqual(["Hi", "Hello", "And?"]);
});

test("a run that waits for another tab's can be aborted, and asks nobody", async ({ inOwnPage, inOther }) => {
  await inOwnPage((kit) => kit.streaming("Hel"));
  const seen = await inOther(async (kit) => {
    const model = kit.saysAll("Yes.");
    const controller = new AbortController();
    const run = kit.thrown(kit.agent(model).run("And?", { context: kit.talk(), signal: controller.signal }));
    await kit.settled();
    controller.abort("no");
    const { error } = await run;
    await kit.settled();
    return { error, asked: model.turns.length };
  });
  expect(seen).toEqual({ error: "no", asked: 0 });
  // The browser takes its time to hear of it.
  await expect.poll(() => inOther(async () => (await navigator.locks.query()).pending.length)).toBe(0);
});

for (const where of ["another tab", "this page", "another context of this page"]) {
  test(`with ifBusy "fail" a run is refused while one is under way in ${where}, and not afterwards`, async ({ inOwnPage, inOther }) => {
    await (where === "another tab" ? inOther : inOwnPage)((kit) => kit.streaming("Hel"));
    const refused = await inOwnPage(async (kit, isSame) => {
      kit.kept.own = isSame ? kit.kept.context : kit.talk();
      const model = kit.saysAll("Yes.");
      const failure = await kit.failure(kit.agent(model).run("And?", { context: kit.kept.own, ifBusy: "fail" }));
      return { failure, asked: model.turns.length };
    }, where === "this page");
    expect(refused).toMatchObject({ asked: 0, failure: { real: true, code: "invalid-argument", message: "another run is under way in this conversation", retryable: false } });
    await (where === "another tab" ? inOther : inOwnPage)(async (kit) => {
      kit.kept.turn.answer("lo");
      await kit.kept.run;
    });
    const said = await inOwnPage(async (kit) => {
      await kit.agent(kit.saysAll("Yes.")).run("And?", { context: kit.kept.own, ifBusy: "fail" });
      return kit.kept.own.messages;
    });
    expect(contents(said)).toEqual(["Hi", "Hello", "And?", "Yes."]);
  });
}

test("runs of other conversations do not wait for each other", async ({ inOwnPage, inOther }) => {
  await inOwnPage((kit) => kit.streaming("Hel"));
  const text = await inOther(async (kit) => (await kit.agent(kit.saysAll("Yes.")).run("Hi", { context: kit.talk({ id: "other" }), ifBusy: "fail" })).text);
  expect(text).toBe("Yes.");
});

test("where there are no Web Locks two tabs' runs go side by side, and no turn is lost", async ({ inOwnPage, inOther }) => {
  for (const inTab of [inOwnPage, inOther]) {
    await inTab((kit) => {
      Object.defineProperty(navigator, "locks", { value: undefined });
      kit.kept.context = kit.talk();
    });
  }
  await inOwnPage((kit) => kit.streaming("Hel"));
  await inOther(async (kit) => {
    const run = kit.agent(kit.saysAll("Yes.")).run("And?", { context: kit.kept.context });
    await run;
  });
  await inOwnPage(async (kit) => {
    kit.kept.turn.answer("lo");
    await kit.kept.run;
  });
  const wanted = ["And?", "Hello", "Hi", "Yes."];
  for (const inTab of [inOwnPage, inOther]) {
    const seen = await inTab(async (kit) => {
      // What another tab has told may be there before what it has written is.
      const both = [kit.kept.context, kit.talk()];
      const isWhole = ({ messages }) => messages.length === 4 && !messages.some(({ interrupted }) => interrupted);
      await Promise.all(both.map((context) => kit.until(context, isWhole)));
      return both.map(({ messages }) => messages.map(({ content }) => content));
    });
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0].toSorted()).toEqual(wanted);
  }
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

for (const [what, end] of Object.entries({ clear: (kit) => kit.kept.context.clear(), delete: (kit) => kit.kept.context.delete() })) {
  test(`a ${what} in one tab shows in the other, also for an answer that was cut off there`, async ({ page, inOwnPage, inOther }) => {
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
    await inOwnPage(end);
    await inOther(sees, []);
    await inOther((kit) => void kit.kept.context.addUserMessage("again"));
    await inOwnPage(sees, [{ role: "user", content: "again" }]);
    await page.reload();
    await load(page);
    expect(await call(page, (kit) => kit.said(kit.talk()))).toEqual([{ role: "user", content: "again" }]);
  });
}

for (const [what, forget] of Object.entries({
  "cleared in the other tab": (kit) => kit.kept.context.clear(),
  "deleted in the other tab": (kit) => kit.kept.context.delete(),
  "evicted by another one": () => {
    for (const key of Object.keys(localStorage).reverse()) if (/^refinire-web[+/]/.test(key)) localStorage.removeItem(key);
  },
})) {
  test(`an answer that is ${what} while it streams is kept whole with what comes next, and stays`, async ({ page, inOwnPage, inOther }) => {
    await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
    await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
    await inOther(open);
    await inOwnPage((kit) => kit.streaming("Hel"));
    await page.clock.runFor(500);
    const grows = async (text) => {
      await inOwnPage(async (kit, text) => {
        kit.kept.turn.say(text);
        await kit.settled();
      }, text);
      await page.clock.runFor(500);
    };
    await grows("lo");
    await inOther(sees, half("Hello"));
    const heard = inOwnPage(async (kit) => {
      await new Promise((resolve) => addEventListener("storage", ({ key }) => key.startsWith("refinire-web/") && resolve()));
      await kit.settled();
    });
    await inOwnPage((kit) => kit.settled());
    await inOther(forget);
    await heard;
    const answer = (content) => half(content).slice(1);
    const keptNow = (kit) => kit.said(kit.talk()).slice(-1);
    for (const [text, whole] of [[", w", "Hello, w"], ["ör", "Hello, wör"], ["ld", "Hello, wörld"]]) {
      await grows(text);
      await expect.poll(() => inOther(keptNow)).toEqual(answer(whole));
    }
    await inOwnPage(async (kit) => {
      kit.kept.turn.answer(".");
      await kit.kept.run;
    });
    // What is said next in the tab that has forgotten it does not forget it again.
    await inOther(async (kit) => {
      await kit.until(kit.kept.context, ({ messages }) => messages.at(-1)?.content === "Hello, wörld.");
      kit.kept.context.addUserMessage("mine");
    });
    const after = await inOther((kit) => ({ said: kit.talk().messages.slice(-2).map(({ content }) => content), pieces: kit.pieces() }));
    expect(after).toEqual({ said: ["Hello, wörld.", "mine"], pieces: [] });
  });
}

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

test("an answer that is gone on with in one tab grows in the other", async ({ page, inOwnPage, inOther }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await inOwnPage((kit) => kit.streaming("Hello"));
  await inOwnPage(async (kit) => {
    kit.kept.controller.abort();
    await kit.kept.run;
  });
  await inOther(open);
  await inOther(sees, half("Hello"));
  await page.clock.runFor(10);
  await inOwnPage(async (kit) => {
    kit.kept.model = kit.model();
    kit.kept.stream = kit.agent(kit.kept.model).resume({ context: kit.kept.context, onEvent: () => {} });
    kit.kept.turn = await kit.kept.model.turn();
    kit.kept.turn.say(", wörld");
    await kit.settled();
  });
  await page.clock.runFor(500);
  await inOther(sees, half("Hello, wörld"));
  await inOwnPage(async (kit) => {
    kit.kept.turn.answer("!");
    await kit.kept.stream.result;
  });
  await inOther(sees, [{ role: "user", content: "Hi" }, { role: "assistant", content: "Hello, wörld!" }]);
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
