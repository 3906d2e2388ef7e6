/**
 * Draws each state of each page from the real components in light, dark, narrow, at 200 %, in forced colours and in other
 * languages, Hebrew from right to left, saves a picture of each under `dist/gallery`, and runs axe on it.
 * `node scripts/gallery.mjs [page[/state]]… [--only=light,dark]` draws only some. Ends with 1 if axe found anything.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openGallery } from "./lib/gallery-page.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, "dist/gallery");
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length).split(",");

const wide = { width: 900, height: 620 };
const variants = [
  { name: "light", viewport: wide },
  { name: "dark", viewport: wide, media: [{ name: "prefers-color-scheme", value: "dark" }] },
  { name: "narrow", viewport: { width: 320, height: 620 } },
  { name: "zoom", viewport: { width: 450, height: 310, deviceScaleFactor: 2 } },
  { name: "hebrew", viewport: wide, query: "?lang=he" },
  { name: "forced", viewport: wide, media: [{ name: "forced-colors", value: "active" }] },
  { name: "german", viewport: wide, query: "?lang=de" },
  { name: "french", viewport: wide, query: "?lang=fr" },
].filter(({ name }) => !only || only.includes(name));

const { page, states: all, show, close } = await openGallery();
const found = [];
let pictures = 0;
try {
  const client = await page.createCDPSession();
  page.on("pageerror", (error) => found.push({ state: page.url(), id: "script error", help: String(error), nodes: [] }));
  page.on("console", (message) => {
    if (message.type() === "error") found.push({ state: page.url(), id: "console error", help: message.text(), nodes: [] });
  });
  const states = all.filter((state) => wanted.length === 0 || wanted.some((each) => state === each || state.startsWith(`${each}/`)));
  if (wanted.length === 0 && !only) await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const { name, viewport, media = [], query = "" } of variants) {
    await page.setViewport(viewport);
    await client.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-reduced-motion", value: "reduce" }, ...media] });
    for (const state of states) {
      await show(state, query);
      // A page of ours grows with its content and is shown whole; a frame of ours has the size of its pane.
      const fullPage = !/^(reader|composer)/.test(state) && (await page.evaluate(() => globalThis.document.documentElement.scrollHeight > globalThis.innerHeight));
      await page.screenshot({ path: join(out, `${state.replace("/", "-")}-${name}.png`), fullPage, optimizeForSpeed: true });
      pictures++;
      // Nothing may need scrolling sideways, narrow or enlarged (WCAG 1.4.10).
      const sideways = await page.evaluate(() => globalThis.document.documentElement.scrollWidth - globalThis.document.documentElement.clientWidth);
      if (sideways > 0) found.push({ state: `${state} (${name})`, id: "reflow", help: `${sideways} pixels too wide`, nodes: [] });
      await page.addScriptTag({ url: "/axe.js" });
      const result = await page.evaluate(() => globalThis.axe.run(globalThis.document, { iframes: false, resultTypes: ["violations"], rules: { "target-size": { enabled: true } } }));
      for (const { id, help, nodes: all } of result.violations) {
        // An open panel covers what lies beneath it until Esc closes it: the size of that is measured in the other states.
        const nodes = all.filter((node) => id !== "target-size" || !/partially obscured/.test(node.any[0]?.message ?? ""));
        if (nodes.length > 0) found.push({ state: `${state} (${name})`, id, help, nodes: nodes.map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`) });
      }
    }
  }
  const rows = states.map((state) => `<h2>${state}</h2>${variants.map(({ name }) => `<img src="${state.replace("/", "-")}-${name}.png" alt="${state} ${name}" loading="lazy">`).join("")}`);
  await writeFile(join(out, "index.html"), `<!doctype html><meta charset="utf-8"><title>Mailseal: gallery of states</title><style>img{max-width:32%;border:1px solid #ccc;margin:4px;vertical-align:top}</style>${rows.join("")}`);
} finally {
  await close();
}
for (const { state, id, help, nodes } of found) console.log(`${state}: ${id}: ${help}\n  ${nodes.slice(0, 4).join("\n  ")}`);
console.log(`${pictures} pictures in dist/gallery, ${found.length} findings`);
process.exitCode = found.length > 0 ? 1 : 0;
