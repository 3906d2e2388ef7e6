import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { resolve } from "node:path";
import { build } from "esbuild";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

const CHROMIUM = "/usr/bin/chromium";
const root = resolve(import.meta.dirname, "../../../..");
const flags = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Whether these tests can run; says once, in one line, when they cannot. */
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.log(`skipped: tests of HTML and editor in a browser, because there is no ${CHROMIUM}`);

export interface Opened {
  page: Page;
  /** Paths of everything that the server was asked for: what a policy stops does not come here. */
  requested: string[];
  /** A page of another host that has that page in a frame, and something to lay over it. */
  host: string;
  close: () => Promise<void>;
}

/** Opens a page with the user interface's own modules under the extension's policy, with everything it requests noted. */
export async function openPage(): Promise<Opened> {
  const bundle = await build({ absWorkingDir: root, entryPoints: ["test/unit/ui/browser/entry.tsx"], bundle: true, write: false, format: "esm", jsx: "automatic", jsxImportSource: "preact" });
  const script = bundle.outputFiles[0]?.text ?? "";
  const manifest = JSON.parse(readFileSync(resolve(root, "manifest.json"), "utf8")) as { content_security_policy: { extension_pages: string } };
  const policy = { "content-security-policy": manifest.content_security_policy.extension_pages };
  const requested: string[] = [];
  const port = (): number => {
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  };
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "/";
    requested.push(path);
    if (path === "/entry.js") response.writeHead(200, { ...policy, "content-type": "text/javascript" }).end(script);
    else if (path.endsWith(".css")) response.writeHead(200, { ...policy, "content-type": "text/css" }).end(readFileSync(resolve(root, "extension", path.slice(1))));
    else if (path === "/host") response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>t</title><iframe src="http://127.0.0.1:${port()}/" style="width:600px;height:400px"></iframe><div id="decoy" style="display:none"></div><style>#decoy{position:absolute;left:20px;top:20px;width:90px;height:40px;background:#eee}</style>`);
    else if (path === "/") response.writeHead(200, { ...policy, "content-type": "text/html" }).end('<!doctype html><html lang="en"><link rel="stylesheet" href="/common.css"><link rel="stylesheet" href="/composer.css"><title>t</title><div id="app"></div><script type="module" src="/entry.js"></script>');
    else response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const browser: Browser = await puppeteer.launch({ executablePath: CHROMIUM, headless: true, args: flags });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port()}/`);
  return {
    page,
    requested,
    host: `http://localhost:${port()}/host`,
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}
