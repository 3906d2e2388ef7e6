/**
 * Draws each state of each page from the real components in light, dark, narrow, at 200 %, right to left and in forced
 * colours, saves a picture of each under `dist/gallery`, and runs axe on it.
 * `node scripts/gallery.mjs [page[/state]]… [--only=light,dark]` draws only some. Ends with 1 if axe found anything.
 */
import { createServer } from "node:http";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import puppeteer from "puppeteer-core";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, "dist/gallery");
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length).split(",");

const flags = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const wide = { width: 900, height: 620 };
const variants = [
  { name: "light", viewport: wide },
  { name: "dark", viewport: wide, media: [{ name: "prefers-color-scheme", value: "dark" }] },
  { name: "narrow", viewport: { width: 340, height: 620 } },
  { name: "zoom", viewport: { width: 450, height: 310, deviceScaleFactor: 2 } },
  { name: "rtl", viewport: wide, query: "?dir=rtl" },
  { name: "forced", viewport: wide, media: [{ name: "forced-colors", value: "active" }] },
  { name: "german", viewport: wide, query: "?lang=de" },
].filter(({ name }) => !only || only.includes(name));

const policy = JSON.parse(await readFile(join(root, "manifest.json"), "utf8")).content_security_policy.extension_pages;
const bundle = await build({
  absWorkingDir: root,
  entryPoints: ["test/gallery/main.tsx"],
  bundle: true,
  write: false,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
const script = bundle.outputFiles[0].text;
const axe = await readFile(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

/** Serves a page as the extension would: its own HTML with its own style sheets, under the same policy. */
async function serve(request, response) {
  const path = new URL(request.url, "http://localhost").pathname;
  const headers = { "content-security-policy": policy };
  try {
    if (path === "/favicon.ico") return response.writeHead(204).end();
    if (path === "/gallery.js") return response.writeHead(200, { ...headers, "content-type": "text/javascript" }).end(script);
    if (path.endsWith(".css")) {
      const style = await readFile(join(root, "extension", path.split("/").at(-1)));
      return response.writeHead(200, { ...headers, "content-type": "text/css" }).end(style);
    }
    const page = path.split("/")[1] || "reader";
    const html = await readFile(join(root, `extension/${page}.html`), "utf8");
    response.writeHead(200, { ...headers, "content-type": "text/html" }).end(html.replace(/<script[^>]*>/, '<script type="module" src="/gallery.js">'));
  } catch {
    response.writeHead(404).end();
  }
}

const server = createServer((request, response) => void serve(request, response));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", headless: true, args: flags });
const found = [];
let pictures = 0;
try {
  const page = await browser.newPage();
  const client = await page.createCDPSession();
  page.on("pageerror", (error) => found.push({ state: page.url(), id: "script error", help: String(error), nodes: [] }));
  page.on("console", (message) => {
    if (message.type() === "error") found.push({ state: page.url(), id: "console error", help: message.text(), nodes: [] });
  });
  await page.goto(`${origin}/reader/`);
  const { gallery, presses } = await page.evaluate(() => ({ gallery: globalThis.gallery, presses: globalThis.presses }));
  const states = Object.entries(gallery)
    .flatMap(([name, list]) => list.map((state) => `${name}/${state}`))
    .filter((state) => wanted.length === 0 || wanted.some((each) => state === each || state.startsWith(`${each}/`)));
  if (wanted.length === 0 && !only) await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const { name, viewport, media = [], query = "" } of variants) {
    await page.setViewport(viewport);
    await client.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-reduced-motion", value: "reduce" }, ...media] });
    for (const state of states) {
      await page.goto(`${origin}/${state}${query}`);
      for (const press of presses[state] ?? []) {
        const [selector, typed] = press.split(" = ");
        if (typed === undefined) await page.click(selector);
        else await page.type(selector, typed);
      }
      // A page of ours grows with its content and is shown whole; a frame of ours has the size of its pane.
      const fullPage = !/^(reader|composer)/.test(state) && (await page.evaluate(() => globalThis.document.documentElement.scrollHeight > globalThis.innerHeight));
      await page.screenshot({ path: join(out, `${state.replace("/", "-")}-${name}.png`), fullPage });
      pictures++;
      // Nothing may need scrolling sideways, narrow or enlarged (WCAG 1.4.10).
      const sideways = await page.evaluate(() => globalThis.document.documentElement.scrollWidth - globalThis.document.documentElement.clientWidth);
      if (sideways > 0) found.push({ state: `${state} (${name})`, id: "reflow", help: `${sideways} pixels too wide`, nodes: [] });
      await page.evaluate(axe);
      const result = await page.evaluate(() => globalThis.axe.run(globalThis.document, { iframes: false, resultTypes: ["violations"] }));
      for (const { id, help, nodes } of result.violations) {
        found.push({ state: `${state} (${name})`, id, help, nodes: nodes.map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`) });
      }
    }
  }
  const rows = states.map((state) => `<h2>${state}</h2>${variants.map(({ name }) => `<img src="${state.replace("/", "-")}-${name}.png" alt="${state} ${name}" loading="lazy">`).join("")}`);
  await writeFile(join(out, "index.html"), `<!doctype html><meta charset="utf-8"><title>Mailseal: gallery of states</title><style>img{max-width:32%;border:1px solid #ccc;margin:4px;vertical-align:top}</style>${rows.join("")}`);
} finally {
  await browser.close();
  server.close();
}
for (const { state, id, help, nodes } of found) console.log(`${state}: ${id}: ${help}\n  ${nodes.slice(0, 4).join("\n  ")}`);
console.log(`${pictures} pictures in dist/gallery, ${found.length} findings`);
process.exitCode = found.length > 0 ? 1 : 0;
