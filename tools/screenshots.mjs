// Takes the README's pictures of the chat element: www/screenshots/*.webp.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { root } from "./lib.mjs";

const QUALITY = 0.7;
const folder = join(root, "www/screenshots");

const PICTURES = ["light", "dark"].map((colorScheme) => ({
  name: colorScheme === "light" ? "element" : "element-dark", path: "element.html", width: 1280, height: 900, colorScheme, act: ask,
}));

async function ask(page) {
  await page.getByLabel("Your message").fill("Explain quantum computing");
  await page.keyboard.press("Enter");
  await page.getByText("the shape of a wave").first().waitFor();
  await page.waitForFunction(() => !document.querySelector("refinire-chat").streaming);
}

/** What a browser makes of a PNG: a tenth of its size. */
const webp = (page, png) => page.evaluate(async ([data, quality]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}, [png.toString("base64"), QUALITY]);

const server = spawn(process.execPath, [join(root, "www/server.mjs")], { env: { ...process.env, PORT: "0", DEMO_PACE: "fast" }, stdio: ["ignore", "pipe", "inherit"] });
const address = await new Promise((resolve) => server.stdout.once("data", (words) => resolve(String(words).match(/http:\S+/)[0])));
const browser = await chromium.launch({ executablePath: process.env.CHROME, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
mkdirSync(folder, { recursive: true });
for (const { name, path, width, height, colorScheme, act } of PICTURES) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
  await page.goto(address + path);
  await act(page);
  const png = await page.locator("refinire-chat").screenshot({ caret: "hide" });
  const picture = Buffer.from(await webp(page, png), "base64");
  writeFileSync(join(folder, `${name}.webp`), picture);
  console.log(`www/screenshots/${name}.webp: ${picture.length} bytes`);
  await page.close();
}
await browser.close();
server.kill();
