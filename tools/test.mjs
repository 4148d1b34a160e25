// tools/test.mjs [SUITE...]: runs the suites one after the other, adds up what their runners say, and closes with the tests that failed,
// a line for each suite and "N passed, N failed". A suite of which no test was found has failed; one that had to skip all it has is told as skipped.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "../tests/e2e/support/free-port.mjs";
import { die, root } from "./lib.mjs";

// In which of them the smoke tests run; what the other suites ask of a browser they ask of Chromium.
const BROWSERS = ["chromium", "firefox", "webkit"];
const browsers = (process.env.REFINIRE_BROWSERS || BROWSERS.join(" ")).split(/[\s,]+/).filter(Boolean);
const odd = browsers.find((name) => !BROWSERS.includes(name));
if (odd) die(`REFINIRE_BROWSERS names ${odd}; there are ${BROWSERS.join(", ")}`);

// Rust's runner knows no test that finds only as it runs that it has to be skipped: such a test says so in a line, and passes.
const cargo = {
  passed: /^test result: .*?(\d+) passed/gm, failed: /^test result: .*?(\d+) failed/gm, skipped: /^test result: .*?(\d+) ignored/gm, gaveUp: /^skipped: .+$/gm,
  failures: /^test (\S+) \.\.\. (?:FAILED|FAIL)$/gm,
};
// The runner of Node repeats the tests that failed below this line, the file of each above it.
const NODE_FAILURES = /(?<=^✖ failing tests:\n[^]*)^✖ (.+(?:\n {2,}\S.*){0,4})/gm;
// A heading, an empty line, and the error.
const PLAYWRIGHT_FAILURES = /^ +\d+\) ([^\n]+?) ─*\n((?:.*\n){1,12})/gm;
const suites = {
  native: { command: ["cargo", "test", "--workspace", "--locked"], ...cargo },
  browser: {
    command: ["wasm-pack", "--log-level=error", "test", "--mode=no-install", "--headless", "--chrome", `--chromedriver=${process.env.CHROMEDRIVER}`, "--", "--locked", "--test=browser"],
    // Seconds, for a busy machine; the defaults are 5 and 20.
    env: {
      WASM_BINDGEN_TEST_WEBDRIVER_JSON: webdriver(), WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "60", WASM_BINDGEN_TEST_TIMEOUT: "300",
      // wasm-pack builds with the profile `dev` what it then runs with the profile `test`: where the two are the same, all is compiled once.
      CARGO_PROFILE_TEST_OPT_LEVEL: "0",
    },
    helper: keepServerAwake,
    ...cargo,
  },
  json: nodeTests("tests/json"),
  package: nodeTests("tests/package"),
  inputs: nodeTests("tests/inputs"),
  site: nodeTests("tests/site"),
  e2e: { command: ["playwright", "test", "--config=tests/e2e"], passed: /^ +(\d+) passed \(/gm, failed: /^ +(\d+) (?:failed|flaky|interrupted|did not run)$/gm, skipped: /^ +(\d+) skipped$/gm, failures: PLAYWRIGHT_FAILURES },
  smoke: smoke(browsers.filter((name) => name !== "chromium")),
  apps: nodeTests("tests/apps"),
};

// Takes minutes, and downloads bundlers and frameworks: only where it is asked for.
const ON_DEMAND = ["apps"];

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites).filter((name) => !ON_DEMAND.includes(name));
const unknown = wanted.find((name) => !(name in suites));
if (unknown) die(`no suite is called ${unknown}; there are ${Object.keys(suites).join(", ")}`);

const sums = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
const failures = [];
for (const name of wanted) {
  console.log(`\n== ${name}`);
  const since = Date.now();
  const { passed, failed, skipped, complaint, named = [] } = await runSuite(suites[name]);
  sums.passed += passed;
  sums.failed += failed;
  sums.skipped += skipped;
  const seconds = Math.round((Date.now() - since) / 1000);
  failures.push(...named.map((failure) => `failed in ${name}: ${failure}`));
  lines.push(`${name}: ${inWords({ passed, failed, skipped })} in ${seconds} s${complaint ? `: ${complaint}` : ""}`);
}
console.log(["", ...failures, ...lines, inWords(sums)].join("\n"));
process.exit(sums.failed > 0 ? 1 : 0);

function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

async function runSuite({ command: [command, ...args], env, helper, skip, ...counts }) {
  if (skip) return { passed: 0, failed: 0, skipped: 1, complaint: `skipped, as ${skip}` };
  const help = await helper?.();
  const { status, output } = await tee(command, args, { ...env, ...help?.env });
  help?.stop();
  const gaveUp = counts.gaveUp ? [...output.matchAll(counts.gaveUp)].length : 0;
  const passed = add(output, counts.passed) - gaveUp;
  const failed = add(output, counts.failed);
  const skipped = add(output, counts.skipped) + gaveUp;
  if (failed > 0) return { passed, failed, skipped, named: failuresIn(output, counts.failures) };
  if (status !== 0) return { passed, failed: 1, skipped, complaint: `ended with ${status}` };
  if (passed + skipped === 0) return { passed, failed: 1, skipped, complaint: "no test was found" };
  // What it needs may not be at hand: its runner has said what that is.
  if (passed === 0) return { passed, failed, skipped, complaint: "skipped as a whole" };
  return { passed, failed, skipped };
}

/**
 * Keeps the web server of wasm-bindgen's test runner awake, with connections that are closed at once. Of several connections that a browser
 * opens together this server can leave one waiting until another one ends, and the page never loads (the thread pool of tiny_http 0.12).
 * When a connection ends, its thread takes one that waits.
 */
async function keepServerAwake() {
  const port = await freePort();
  const timer = setInterval(() => {
    const socket = connect(port, "127.0.0.1", () => socket.destroy());
    socket.on("error", () => {}); // The server is not up yet, or no longer.
  }, 250);
  return { env: { WASM_BINDGEN_TEST_ADDRESS: `127.0.0.1:${port}` }, stop: () => clearInterval(timer) };
}

function tee(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
      from.setEncoding("utf8").on("data", (text) => {
        output += text;
        to.write(text);
      });
    }
    child.on("error", ({ message }) => resolve({ status: message, output }));
    child.on("close", (code, signal) => resolve({ status: code ?? signal, output }));
  });
}

/** The names of the tests that failed, and where the runner puts it next to them the beginning of the error. */
function failuresIn(output, pattern) {
  return [...output.matchAll(pattern)].map(([, ...parts]) => parts.join("\n").trimEnd().replace(/\n\s*\n/g, "\n"));
}

function add(output, pattern) {
  return [...output.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** webdriver.json with the browser that was found, which need not be the driver's own choice. */
function webdriver() {
  const capabilities = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"));
  capabilities["goog:chromeOptions"].binary = process.env.CHROME;
  mkdirSync(join(root, "target"), { recursive: true });
  const path = join(root, "target/webdriver.json");
  writeFileSync(path, JSON.stringify(capabilities));
  return path;
}

/** Brings what it needs by itself: whoever runs other suites need not have these browsers. */
function smoke(others) {
  const { command, ...counts } = nodeTests("tests/smoke");
  const screen = others.includes("webkit") ? ["xvfb-run", "--auto-servernum"] : [];
  return {
    command: [join(root, "tools/with"), ...others, "--", ...screen, ...command],
    env: { REFINIRE_BROWSERS: others.join(" ") },
    skip: others.length === 0 && "REFINIRE_BROWSERS names neither firefox nor webkit",
    ...counts,
  };
}

function nodeTests(folder) {
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith(".test.mjs")).map((file) => join(root, folder, file));
  return { command: [process.execPath, "--test", "--test-reporter=spec", ...files], passed: /^ℹ pass (\d+)$/gm, failed: /^ℹ fail (\d+)$/gm, skipped: /^ℹ skipped (\d+)$/gm, failures: NODE_FAILURES };
}
