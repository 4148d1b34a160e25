// End to end: a real browser against the demo's own server.
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { freePort } from "./support/free-port.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Chosen once: the processes that run the tests inherit it.
process.env.E2E_PORT ??= String(await freePort());
const baseURL = `http://127.0.0.1:${process.env.E2E_PORT}`;
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: ".",
  outputDir: `${root}/test-results`,
  reporter: "list",
  workers: 2,
  fullyParallel: true,
  // For a busy machine.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  use: {
    baseURL,
    headless: true,
    // What is recorded of each action costs a fifth of the time: E2E_TRACE=1 has it for the tests that fail.
    trace: process.env.E2E_TRACE ? "retain-on-failure" : "off",
    launchOptions: {
      executablePath: process.env.CHROME,
      args: [
        // Chromium refuses to start its sandbox as root.
        ...(asRoot ? ["--no-sandbox"] : []),
        // What it would fetch for itself, where there may be no internet.
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run"],
      ],
    },
  },
  webServer: {
    command: "node www/server.mjs",
    cwd: root,
    env: { PORT: process.env.E2E_PORT, DEMO_PACE: "fast" },
    url: baseURL,
    reuseExistingServer: false,
  },
});
