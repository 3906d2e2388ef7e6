import { encodeBase64 } from "../base/base64.ts";
import { type Bytes, concat } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import { isPublicAddress } from "../base/public-address.ts";
import { isHttp } from "../pki/revocation/sources.ts";
import { refusedStatus, type Retrieval } from "../protocol/retrieval.ts";

/** The part of `fetch` that is used; tests give their own. */
export type WebFetch = (url: string, init: RequestInit) => Promise<Response>;

const TYPES = { ocsp: "application/ocsp-request", crl: null, issuer: null, directory: null } as const;

/** Nothing of the user or of the page goes along, nothing of a cache comes back, and nobody sends us elsewhere. */
const ALONE = { redirect: "error", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" } as const;

/**
 * Fetches by the browser's own means. It cannot resolve names: an address that is written out is judged here, and a name that
 * points inside the network is not noticed (docs/threat-model.md), which is why redirects are refused and nothing of the user goes along.
 * Throws the codes of `Fetcher`.
 */
export async function retrieveDirectly(web: WebFetch, { kind, url, body, size }: Retrieval, milliseconds: number, allowedHosts: readonly string[]): Promise<Bytes> {
  if (!isHttp(url)) throw new SmimeError("revocation.fetch");
  const { hostname } = new URL(url);
  if (isInside(hostname) && !allowedHosts.some((host) => host.toLowerCase() === hostname)) throw new SmimeError("revocation.fetch-address");
  const type = TYPES[kind];
  return inTime(milliseconds, async (signal) => {
    const asked = body === null ? { method: "GET" } : { method: "POST", body, ...(type && { headers: { "Content-Type": type } }) };
    const response = await web(url, { ...ALONE, ...asked, signal });
    if (response.status !== 200) throw refusedStatus(response.status);
    return bodyOf(response, size);
  });
}

/** What the answers of a relay mean, which fetches under the rules of its own network (docs/administrator/trust.md). */
const REFUSALS: Record<number, Code> = { 403: "revocation.fetch-address", 401: "revocation.fetch-refused", 407: "revocation.fetch-refused", 413: "limits.revocation", 504: "revocation.fetch-time" };

/** Has the organisation's relay fetch. Throws the codes of `Fetcher`. */
export async function retrieveByRelay(web: WebFetch, relay: string, { kind, url, body, size }: Retrieval, milliseconds: number): Promise<Bytes> {
  return inTime(milliseconds, async (signal) => {
    const question = JSON.stringify({ kind, url, body: body === null ? null : encodeBase64(body), size, timeout: milliseconds });
    const response = await web(relay, { ...ALONE, method: "POST", headers: { "Content-Type": "application/json" }, body: question, signal });
    if (response.status !== 200) throw new SmimeError(REFUSALS[response.status] ?? "revocation.fetch");
    return bodyOf(response, size);
  });
}

/** Tells whether a host is an address outside the public Internet, or this machine by its name. The URL parser has written it out. */
function isInside(hostname: string): boolean {
  const name = hostname.replace(/\.$/, "");
  const literal = name.startsWith("[") ? name.slice(1, -1) : /^\d+\.\d+\.\d+\.\d+$/.test(name) ? name : null;
  return literal === null ? /(^|\.)localhost$/.test(name) : !isPublicAddress(literal);
}

async function inTime(milliseconds: number, work: (signal: AbortSignal) => Promise<Bytes>): Promise<Bytes> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), milliseconds);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (error instanceof SmimeError) throw error;
    throw new SmimeError(stop.signal.aborted ? "revocation.fetch-time" : "revocation.fetch", { cause: error });
  } finally {
    clearTimeout(timer);
    // A body that is too large is not read on.
    stop.abort();
  }
}

async function bodyOf(response: Response, size: number): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.length;
    if (length > size) throw new SmimeError("limits.revocation");
    parts.push(part.value);
  }
  return concat(...parts);
}
