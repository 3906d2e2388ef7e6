/** Draws `extension/icons/mailseal-<size>.png` from `mailseal.svg` with Chromium; run it after the drawing was changed, and commit both. */
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "extension/icons");
const flags = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const drawing = await readFile(join(folder, "mailseal.svg"), "utf8");
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", headless: true, args: flags });
try {
  const page = await browser.newPage();
  for (const size of [16, 32, 48, 128]) {
    await page.setViewport({ width: size, height: size });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`);
    await writeFile(join(folder, `mailseal-${size}.png`), await page.screenshot({ omitBackground: true }));
  }
} finally {
  await browser.close();
}
