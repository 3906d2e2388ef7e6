import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import type { Bytes } from "../../src/base/bytes.ts";
import type { GivenInputs } from "./inputs.ts";
import type { Outcome } from "./page/messages.ts";

/** Milliseconds that a contest may take: 100 MB in six rounds on a busy machine. */
const PATIENCE = 20 * 60_000;

export interface Moments {
  begins(): void;
  ends(): void;
}

export interface PageServer {
  origin: string;
  /** What pages find under `/inputs/NAME` from now on, and what is done when they say that watched work begins and ends. */
  give(inputs: GivenInputs, moments?: Moments): void;
  /** Waits for what the page that is open tells in the end. Throws what failed there. */
  outcome(): Promise<Record<string, number[]>>;
  close(): void;
}

/** Bundles the page and its worker as the build bundles the extension's, and serves them on loopback. */
export async function startPageServer(root = process.cwd()): Promise<PageServer> {
  const scripts = new Map<string, string>();
  for (const name of ["main", "worker"]) {
    const { outputFiles } = await build({
      absWorkingDir: resolve(root), entryPoints: [`test/bench/page/${name}.ts`], bundle: true, minify: true, write: false,
      format: "iife", platform: "browser", target: ["chrome137", "firefox153"], charset: "utf8", logLevel: "warning",
    });
    scripts.set(`/${name}.js`, outputFiles[0]?.text ?? "");
  }
  let given: GivenInputs = {};
  let watching: Moments | undefined;
  let told: (outcome: Outcome) => void = () => undefined;

  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const send = (type: string, body: string | Bytes): void => void response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(body);
    const script = scripts.get(path);
    const input = path.startsWith("/inputs/") ? given[path.slice("/inputs/".length)] : undefined;
    if (path === "/") send("text/html", '<!doctype html><title>Bench</title><script src="/main.js"></script>');
    else if (script !== undefined) send("text/javascript", script);
    else if (input) send("application/octet-stream", input);
    else if (path === "/begins" || path === "/ends") {
      watching?.[path === "/begins" ? "begins" : "ends"]();
      response.writeHead(204).end();
    } else if (path === "/outcome") {
      response.writeHead(204);
      void text(request).then((body) => {
        response.end();
        told(JSON.parse(body) as Outcome);
      });
    } else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    give: (inputs, moments) => {
      given = inputs;
      watching = moments;
    },
    outcome: () =>
      new Promise((done, fail) => {
        const patience = setTimeout(() => fail(new Error("the page does not answer")), PATIENCE).unref();
        told = (outcome) => {
          clearTimeout(patience);
          if ("failed" in outcome) fail(new Error(outcome.failed));
          else done(outcome.times);
        };
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
