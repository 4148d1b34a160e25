// One browser context for all tests of a worker: a new one takes half a second.

/** Fixtures for a test of Playwright's, which resets storage, routes, init scripts and emulation. What it does not reset is reset here. */
export const reusing = {
  reuseContext: [true, { scope: "worker", option: true }],

  /** For tests that install a clock: what is left of it would break a later test. */
  ownContext: [false, { option: true }],

  context: async ({ browser, context, ownContext }, use) => {
    const used = ownContext ? await browser.newContext() : context;
    await use(used);
    if (ownContext) return used.close();
    await used.setOffline(false);
    await used.clearPermissions();
  },
};
