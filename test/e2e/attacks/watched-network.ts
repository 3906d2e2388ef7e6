import { createSocket } from "node:dgram";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import tls from "node:tls";
import type { BrowserName } from "../driver/launch.ts";

/**
 * The world outside, without a proxy: browsers resolve names ahead of need, and open connections ahead of need, only where
 * none is set. A name server answers every name with one address on loopback, where everything that comes is written down.
 * An address that is written as a number goes past it, so messages of these tests name hosts.
 */
export interface WatchedNetwork {
  /** Starts the browser with this name server for its own, and for no other process. */
  program(browser: BrowserName): string;
  /** What was asked for, each thing once, in order: a name (`name`), a path of a host (`http`), a connection to a host (`tls`). */
  asked(): string[];
  close(): Promise<void>;
}

const PROGRAMS = {
  chromium: process.env["MAILSEAL_CHROMIUM"] ?? "/usr/bin/chromium",
  firefox: process.env["MAILSEAL_FIREFOX"] ?? "/usr/bin/firefox-esr",
} as const;

const A = 1;

/** The name that a DNS query asks for and its type (RFC 1035 §4.1.2), and where the question ends. */
function question(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** The address for questions about one, and "there is nothing of this type" for all others (RFC 1035 §4.1.3). */
function answer(query: Buffer, address: string): Buffer {
  const { type, end } = question(query);
  const found = type === A;
  const header = Buffer.from([query.readUInt8(0), query.readUInt8(1), 0x81, 0x80, 0, 1, 0, found ? 1 : 0, 0, 0, 0, 0]);
  const record = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]);
  return Buffer.concat([header, query.subarray(12, end), ...(found ? [record] : [])]);
}

/** Starts it on an address of this process's own, since the ports of DNS and HTTP are fixed; a folder takes its files. */
export async function watchNetwork(folder: string): Promise<WatchedNetwork> {
  const address = `127.53.${(process.pid >> 8) & 0xff}.${(process.pid & 0xff) || 1}`;
  const seen = new Set<string>();
  const names = createSocket("udp4");
  names.on("message", (query, { address: from, port }) => {
    seen.add(`name ${question(query).name}`);
    names.send(answer(query, address), port, from);
  });
  const web = http.createServer((request, response) => {
    seen.add(`http ${request.headers.host ?? ""}${request.url ?? ""}`);
    response.writeHead(404).end();
  });
  // It has no certificate: who is asked for stands in the first message (RFC 6066 §3), and then it ends.
  const secure = tls.createServer({
    SNICallback: (name, done) => {
      seen.add(`tls ${name}`);
      done(new Error("nobody is here"));
    },
  });
  secure.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve, reject) => {
    names.on("error", reject);
    names.bind(53, address, resolve);
  });
  for (const [server, port] of [[web, 80], [secure, 443]] as const) {
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.listen(port, address, resolve);
    });
  }

  mkdirSync(folder, { recursive: true });
  const resolver = join(folder, "resolv.conf");
  writeFileSync(resolver, `nameserver ${address}\n`);
  return {
    program(browser) {
      const program = join(folder, `${browser}.sh`);
      // As for policy files: a mount namespace of its own, which goes with the browser.
      writeFileSync(program, `#!/bin/sh\nexec unshare --mount --propagation private -- sh -c 'mount --bind "$0" /etc/resolv.conf && exec "$@"' '${resolver}' '${PROGRAMS[browser]}' "$@"\n`);
      chmodSync(program, 0o755);
      return program;
    },
    asked: () => [...seen],
    close: async () => {
      web.closeAllConnections();
      await Promise.all([web, secure].map((server) => new Promise((resolve) => server.close(resolve))));
      await new Promise<void>((resolve) => names.close(resolve));
    },
  };
}
