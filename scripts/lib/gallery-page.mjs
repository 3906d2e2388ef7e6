/** Serves the gallery of states to a browser of its own: for `npm run gallery`, and for the test of the pseudo-language. */
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import puppeteer from "puppeteer-core";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const flags = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/**
 * Opens the gallery. A state is drawn at `${origin}/${page}/${state}?lang=…`; `presses` says what to click there first.
 * `page` is at no state yet, and finds axe at `${origin}/axe.js`; `close` ends browser and server.
 */
export async function openGallery() {
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
  // Kept by the browser, which then compiles them once and not for each state.
  const kept = { "content-type": "text/javascript", "cache-control": "max-age=86400" };

  /** Serves a page as the extension would: its own HTML with its own style sheets, under the same policy. */
  async function serve(request, response) {
    const path = new URL(request.url, "http://localhost").pathname;
    const headers = { "content-security-policy": policy };
    try {
      if (path === "/favicon.ico") return response.writeHead(204).end();
      if (path === "/gallery.js") return response.writeHead(200, { ...headers, ...kept }).end(script);
      if (path === "/axe.js") return response.writeHead(200, { ...headers, ...kept }).end(axe);
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
  const page = await browser.newPage();
  await page.goto(`${origin}/reader/`);
  const { gallery, presses } = await page.evaluate(() => ({ gallery: globalThis.gallery, presses: globalThis.presses }));
  const states = Object.entries(gallery).flatMap(([name, list]) => list.map((state) => `${name}/${state}`));
  const close = async () => {
    await browser.close();
    server.close();
  };
  const show = async (state, query = "") => {
    await page.goto(`${origin}/${state}${query}`);
    for (const press of presses[state] ?? []) {
      const [selector, typed] = press.split(" = ");
      if (typed === undefined) await page.click(selector);
      else await page.type(selector, typed);
    }
  };
  return { page, states, show, close };
}
