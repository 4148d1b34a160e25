// `make bench`: this library and its peers side by side in one page of headless Chromium.
// Exit code 0: every budget kept. 1: one was missed. 2: it could not run, or our own package was not there to be judged.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

const number = (name, otherwise) => {
  const value = process.env[name] === undefined ? otherwise : Number(process.env[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1 on`);
  return value;
};

/** CHROME, a path or a name, or what is on PATH. */
function chromiumPath() {
  const names = process.env.CHROME ? [process.env.CHROME] : ["chromium", "chromium-browser", "google-chrome"];
  const folders = process.env.PATH.split(delimiter);
  const places = names.flatMap((name) => (isAbsolute(name) ? name : folders.map((folder) => join(folder, name))));
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error("no Chromium on PATH: install it (Debian: apt-get install chromium) or set CHROME to its path");
  return found;
}

async function inChromium(address, withOurs, options) {
  const { chromium } = await import("@playwright/test");
  const { measurePages } = await import("./pages.mjs");
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [
      "--no-sandbox --disable-background-networking --disable-component-update --disable-sync --disable-quic --no-first-run".split(" "),
      // gc() between measurements, so that nobody pays for another's garbage; without the second flag each of these collections would bring
      // the code of the peers that are not running nearer to being thrown away.
      "--js-flags=--expose-gc,--no-flush-bytecode",
    ].flat(),
  });
  try {
    const groups = await measurePages(browser, address, withOurs, options);
    const page = await browser.newPage();
    page.on("console", (message) => console.error(`  ${message.text()}`));
    await page.goto(address);
    const measure = async (given) => (await import("/bench/measure.js")).measure(given);
    groups.unshift(...(await page.evaluate(measure, options)));
    return { browser: browser.version(), groups };
  } finally {
    await browser.close();
  }
}

async function main() {
  const seed = number("SEED", (Date.now() % 1_000_000) + 1);
  const repetitions = number("REPS", 15);
  const slowRepetitions = Math.min(repetitions, number("SLOW_REPS", 5));
  const withOurs = existsSync(new URL("../../pkg/refinire_web.js", import.meta.url));
  const { build } = await import("./build.mjs");
  const { serve } = await import("./serve.mjs");
  const report = await import("./report.mjs");
  const formats = process.env.FORMATS?.split(" ") ?? report.formats;
  const unknown = formats.find((format) => !report.formats.includes(format));
  if (unknown !== undefined) throw new Error(`FORMATS: no format is called "${unknown}"; there are ${report.formats.join(", ")}`);

  const { modules, peers } = await build(withOurs);
  const server = await serve(modules);
  const paths = [...modules.keys()].filter((path) => path.startsWith("/bench/peers/"));
  const options = { modules: paths, formats, seed, repetitions, slowRepetitions };
  const { browser, groups } = await inChromium(server.address, withOurs, options).finally(server.close);
  const judged = report.judge(groups);

  const machine = `${cpus().length} × ${cpus()[0].model.trim()}`;
  console.log(`Chromium ${browser}, ${machine}; SEED=${seed} REPS=${repetitions} SLOW_REPS=${slowRepetitions}\n`);
  for (const format of report.formats.filter((name) => formats.includes(name))) console.log(`${report.timesTable(groups, format)}\n`);
  console.log(`${report.budgetsTable(judged)}\n\n${report.peersTable(peers)}`);
  if (process.env.BENCH_JSON) {
    const results = { seed, repetitions, slowRepetitions, browser, machine, peers, groups, budgets: judged };
    await writeFile(process.env.BENCH_JSON, `${JSON.stringify(results, null, 2)}\n`);
  }
  const missed = judged.filter(({ verdict }) => verdict === "FAIL").length;
  if (!withOurs) console.log("\nSKIPPED: pkg/ is not there (make package), so nothing of our own was measured and no budget judged.");
  else console.log(missed ? `\n${missed} of ${judged.length} budgets missed.` : `\nAll ${judged.length} budgets kept.`);
  return withOurs ? (missed ? 1 : 0) : 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error);
  process.exitCode = 2;
}
