import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { isHttp, isLdap } from "../pki/revocation/sources.ts";
import type { Fetcher, Retrieval, RetrievalRules } from "../protocol/retrieval.ts";
import { type Resolve, systemResolve } from "./addresses.ts";
import { fetchOverHttp } from "./http.ts";
import { fetchOverLdap } from "./ldap-fetch.ts";
import { directNetwork, type Network } from "./network.ts";

/** The defaults of the settings. */
export const fetchRules: RetrievalRules = { each: 60_000, all: 60_000, allowedHosts: [] };

/** What retrievals are done with; tests give their own. */
export interface FetchParts {
  network: Network;
  resolve: Resolve;
}

const systemParts: FetchParts = { network: directNetwork, resolve: systemResolve };

/**
 * Retrieves one thing over HTTP or LDAP, in `each` milliseconds or until `cancelled`. Throws the codes of `Fetcher`.
 */
export async function retrieve(question: Retrieval, rules: Pick<RetrievalRules, "each" | "allowedHosts">, { network, resolve }: FetchParts, cancelled?: AbortSignal): Promise<Bytes> {
  const time = AbortSignal.timeout(Math.max(0, Math.floor(rules.each)));
  const deadline = cancelled === undefined ? time : AbortSignal.any([time, cancelled]);
  if (isHttp(question.url)) return fetchOverHttp(question, { rules, network, resolve, deadline });
  if (isLdap(question.url) && question.body === null) return fetchOverLdap(question, { rules, network, resolve, deadline });
  throw new SmimeError("revocation.fetch");
}

/** Retrieves for a command that was told to go on line. The same place is asked once, and all retrievals together have `all` milliseconds. */
export function networkFetcher(rules: RetrievalRules, parts: FetchParts = systemParts): Fetcher {
  const fetched = new Map<string, Promise<Bytes>>();
  let left = rules.all;
  return async (question) => {
    const key = `${question.url} ${question.body === null ? "" : Buffer.from(question.body).toString("base64")}`;
    const known = fetched.get(key);
    if (known) return known;
    const begin = performance.now();
    const answer = left <= 0 ? Promise.reject(new SmimeError("revocation.fetch-time")) : retrieve(question, { ...rules, each: Math.min(rules.each, left) }, parts);
    fetched.set(key, answer);
    try {
      return await answer;
    } finally {
      left -= performance.now() - begin;
    }
  };
}
