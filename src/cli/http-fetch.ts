import { lookup } from "node:dns/promises";
import { type IncomingMessage, request as overHttp, type RequestOptions } from "node:http";
import { request as overHttps } from "node:https";
import { type Bytes, concat } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { isPublicAddress } from "../base/public-address.ts";
import { isHttp } from "../pki/revocation/sources.ts";
import type { Fetcher, Retrieval, RetrievalRules } from "../protocol/retrieval.ts";

/** The defaults of the settings. */
export const fetchRules: RetrievalRules = { each: 60_000, all: 60_000, allowedHosts: [] };

const REDIRECTS = 3;
const TYPES = { ocsp: "application/ocsp-request", crl: null, issuer: null, directory: null } as const;

/**
 * Fetches over HTTP for a command that was told to go on line. The name is resolved here, once, and the address that was judged
 * is the one that is connected to, so that a name cannot point elsewhere a moment later; every redirect is judged anew.
 * The same place is asked once.
 */
export function httpFetcher(rules: RetrievalRules): Fetcher {
  const fetched = new Map<string, Promise<Bytes>>();
  let left = rules.all;
  return async (question) => {
    const key = `${question.url} ${question.body === null ? "" : Buffer.from(question.body).toString("base64")}`;
    const known = fetched.get(key);
    if (known) return known;
    const begin = performance.now();
    const deadline = AbortSignal.timeout(Math.max(0, Math.floor(Math.min(rules.each, left))));
    const answer = left <= 0 ? Promise.reject(new SmimeError("revocation.fetch-time")) : retrieve(question, question.url, REDIRECTS, rules, deadline);
    fetched.set(key, answer);
    try {
      return await answer;
    } finally {
      left -= performance.now() - begin;
    }
  };
}

async function retrieve(question: Retrieval, place: string, redirects: number, rules: RetrievalRules, deadline: AbortSignal): Promise<Bytes> {
  if (!isHttp(place)) throw new SmimeError("revocation.fetch");
  const url = new URL(place);
  const response = await connect(question, url, await addressOf(url.hostname, rules, deadline), deadline);
  const location = response.headers.location;
  if ([301, 302, 303, 307, 308].includes(response.statusCode ?? 0) && location !== undefined) {
    response.destroy();
    if (redirects === 0 || !URL.canParse(location, url)) throw new SmimeError("revocation.fetch");
    return retrieve(question, new URL(location, url).href, redirects - 1, rules, deadline);
  }
  if (response.statusCode !== 200) {
    response.destroy();
    throw new SmimeError("revocation.fetch");
  }
  return bodyOf(response, question.size, deadline);
}

/** The one address to connect to. A name with any address inside is refused as a whole: it could answer with another next time. */
async function addressOf(hostname: string, rules: RetrievalRules, deadline: AbortSignal): Promise<{ address: string; family: number }> {
  const name = hostname.replace(/^\[|\]$/g, "");
  const found = await Promise.race([lookup(name, { all: true }), expiry(deadline)]).catch((error: unknown) => {
    throw error instanceof SmimeError ? error : new SmimeError("revocation.fetch", { cause: error });
  });
  const allowed = rules.allowedHosts.some((host) => host.toLowerCase() === name.toLowerCase());
  if (!allowed && !found.every(({ address }) => isPublicAddress(address))) throw new SmimeError("revocation.fetch-address");
  return found[0] ?? refuse();
}

function refuse(): never {
  throw new SmimeError("revocation.fetch");
}

function expiry(deadline: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const expire = (): void => reject(new SmimeError("revocation.fetch-time"));
    if (deadline.aborted) expire();
    else deadline.addEventListener("abort", expire, { once: true });
  });
}

function connect({ kind, body }: Retrieval, url: URL, pinned: { address: string; family: number }, deadline: AbortSignal): Promise<IncomingMessage> {
  const type = TYPES[kind];
  const options: RequestOptions = {
    method: body === null ? "GET" : "POST",
    headers: body === null || type === null ? {} : { "Content-Type": type, "Content-Length": body.length },
    signal: deadline,
    // An agent of its own keeps no connection, which might lead to an address of another time.
    agent: false,
    lookup: (_name, asked, answer) => {
      if (asked.all === true) answer(null, [pinned]);
      else answer(null, pinned.address, pinned.family);
    },
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? overHttps : overHttp)(url, options, resolve);
    request.on("error", (error) => reject(failure(error, deadline)));
    request.end(body ?? undefined);
  });
}

async function bodyOf(response: IncomingMessage, size: number, deadline: AbortSignal): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of response as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length > size) throw new SmimeError("limits.revocation");
      parts.push(part);
    }
  } catch (error) {
    throw failure(error, deadline);
  }
  return concat(...parts);
}

function failure(error: unknown, deadline: AbortSignal): SmimeError {
  if (error instanceof SmimeError) return error;
  return new SmimeError(deadline.aborted ? "revocation.fetch-time" : "revocation.fetch", { cause: error });
}
