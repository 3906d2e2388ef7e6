import { type Bytes, concat } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import type { HostPort } from "../protocol/host-port.ts";
import type { Fetcher } from "../protocol/retrieval.ts";

/** Milliseconds for one question. */
const TIME = 15_000;

/** The host speaks of whatever it fetches in the words of revocation. */
const SAID_OF_DIRECTORIES: Partial<Record<Code, Code>> = {
  "revocation.fetch": "directory.unreachable",
  "revocation.fetch-address": "directory.unreachable",
  "revocation.fetch-refused": "directory.unreachable",
  "revocation.fetch-time": "directory.time",
  "limits.revocation": "directory.too-many",
};

/** The browser's part; tests give their own. */
export interface DirectoryBrowser {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Whether the browser lets us read what this address answers. */
  permitted(url: string): Promise<boolean>;
}

/**
 * Asks HTTPS stores: by the browser where it may, else by the native host. Somebody configured the store by its name, so it may
 * lie in the own network. It is asked by HTTPS alone, follows no redirect, and nothing of the user goes along.
 * Throws `directory.unreachable`, `directory.time`, `directory.too-many`, `host.*`.
 */
export function directoryFetcher(browser: DirectoryBrowser, host: Pick<HostPort, "status" | "fetch">): Fetcher {
  return async (retrieval) => {
    const url = new URL(retrieval.url);
    if (url.protocol !== "https:") throw new SmimeError("directory.protocol");
    if (await browser.permitted(retrieval.url)) return read(browser, retrieval.url, retrieval.size);
    try {
      return await host.fetch(retrieval, { each: TIME, allowedHosts: [url.hostname] });
    } catch (error) {
      // Without the host, a store that lets everybody's pages read it (CORS) lets us read it, too.
      const code = codeOf(error);
      if (code === "host.unavailable") return read(browser, retrieval.url, retrieval.size);
      throw new SmimeError(SAID_OF_DIRECTORIES[code] ?? code, { cause: error });
    }
  };
}

async function read(browser: DirectoryBrowser, url: string, size: number): Promise<Bytes> {
  const stop = AbortSignal.timeout(TIME);
  try {
    const response = await browser.fetch(url, { redirect: "error", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal: stop });
    // RFC 4387 §2.2: nothing there is said by the status.
    if (response.status === 404 || response.status === 204) return new Uint8Array();
    if (response.status !== 200) throw new SmimeError("directory.unreachable");
    const parts: Uint8Array[] = [];
    let length = 0;
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      length += part.value.length;
      if (length > size) throw new SmimeError("directory.too-many");
      parts.push(part.value);
    }
    return concat(...parts);
  } catch (error) {
    if (error instanceof SmimeError) throw error;
    throw new SmimeError(stop.aborted ? "directory.time" : "directory.unreachable", { cause: error });
  }
}
