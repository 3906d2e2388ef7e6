import { type Bytes, latin1 } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { isHttp, isLdap } from "../pki/revocation/sources.ts";
import type { HostPort } from "../protocol/host-port.ts";
import type { FetchingState } from "../protocol/page-requests.ts";
import type { Retrieval } from "../protocol/retrieval.ts";
import { retrieveByRelay, retrieveDirectly, type WebFetch } from "./http-retrieval.ts";
import type { Account } from "../policy/scopes.ts";
import type { PolicyService } from "./policy-service.ts";

/** What the browser does for retrievals. */
export interface NetworkBrowser {
  fetch: WebFetch;
  /** Whether the browser lets us read what this address answers; null asks about plain HTTP at whatever host. */
  permitted(url: string | null): Promise<boolean>;
}

export interface RetrievalServiceParts {
  policy: PolicyService;
  network: NetworkBrowser;
  /** Absent where the extension has none. */
  host?: HostPort;
  clock: Clock;
}

/** Who fetches. */
export type Way = "host" | "relay" | "browser" | "none";

/** The retrievals of one check: together they take no longer than the settings allow. */
export interface Check {
  /** A `Fetcher`. @param turns how many places are left to ask for the same; one may take its share of the time that is left */
  fetcher: (retrieval: Retrieval, turns?: number) => Promise<Bytes>;
  /** Whether directories can be asked. */
  ldap: boolean;
}

export interface RetrievalService {
  /** Begins a check, by the rules of the account where it arises. */
  check(account?: Account): Promise<Check>;
  /** Who would fetch from an address now, or over plain HTTP from whatever host where it is null, as lists lie there. */
  wayTo(url: string | null, account?: Account): Promise<Way>;
  /** What failed may succeed now: who may be asked, or by which way, is another matter than before. */
  forgetFailures(): void;
  /** What our own pages say of it. */
  state(): Promise<FetchingState>;
}

/** A place that did not answer is not waited for again with every message, in milliseconds. */
const PAUSE = 5 * 60_000;

/** Places that are remembered to have failed; the oldest are forgotten first. */
const MOST_FAILURES = 500;

/**
 * Fetches revocation lists, OCSP answers and certificates of authorities by the best way there is: the native host, which
 * resolves names and judges every address; the organisation's relay; the browser's own fetch, if it was allowed; else nobody.
 * The same place is asked once at a time, and who failed is left alone for a while.
 */
export function retrievalService({ policy, network, host, clock }: RetrievalServiceParts): RetrievalService {
  const running = new Map<string, Promise<Bytes>>();
  const failures = new Map<string, { code: Code; until: number }>();
  let generation = 0;

  const hostIsReady = async (): Promise<boolean> => (await host?.status().catch(() => null))?.state === "ready";

  async function wayTo(url: string | null, account?: Account): Promise<Way> {
    if (await hostIsReady()) return "host";
    if (url !== null && !isHttp(url)) return "none";
    if ((await policy.current(account)).values.RevocationRelay !== "") return "relay";
    return (await network.permitted(url)) ? "browser" : "none";
  }

  async function retrieve(question: Retrieval, account?: Account): Promise<Bytes> {
    const { RevocationRelay, RevocationHosts, RevocationURLRetrievalTimeout: milliseconds } = (await policy.current(account)).values;
    switch (await wayTo(question.url, account)) {
      case "host":
        return (host as HostPort).fetch(question, { each: milliseconds, allowedHosts: RevocationHosts });
      case "relay":
        return retrieveByRelay(network.fetch, RevocationRelay, question, milliseconds);
      case "browser":
        return retrieveDirectly(network.fetch, question, milliseconds, RevocationHosts);
      case "none":
        throw new SmimeError("revocation.no-way");
    }
  }

  /** The same for everybody who asks meanwhile; it goes on when one of them does not wait any more. */
  function shared(question: Retrieval, rules: string, account?: Account): Promise<Bytes> {
    // With the kind and size: a message that names a list's address as that of an authority's certificate must not spoil the list.
    const key = `${rules} ${question.kind} ${question.size} ${question.url} ${question.body === null ? "" : latin1(question.body)}`;
    const failed = failures.get(key);
    if (failed && failed.until > clock().getTime()) return Promise.reject(new SmimeError(failed.code));
    const known = running.get(key);
    if (known) return known;
    const begun = generation;
    const answer = retrieve(question, account)
      .then((octets) => {
        failures.delete(key);
        return octets;
      })
      .catch((error: unknown) => {
        const code = codeOf(error);
        // A way may be opened at any moment; what was begun before everything was forgotten is no news.
        if (code !== "revocation.no-way" && begun === generation) remember(key, code);
        throw error;
      })
      .finally(() => running.delete(key));
    running.set(key, answer);
    return answer;
  }

  function remember(key: string, code: Code): void {
    failures.delete(key);
    failures.set(key, { code, until: clock().getTime() + PAUSE });
    for (const oldest of failures.keys()) {
      if (failures.size <= MOST_FAILURES) break;
      failures.delete(oldest);
    }
  }

  return {
    wayTo,
    forgetFailures() {
      generation++;
      failures.clear();
    },
    state: async () => ({ way: await wayTo(null), allowed: await network.permitted(null), off: (await policy.current()).values.DisableCRLCheck }),
    async check(account) {
      const { RevocationURLRetrievalTimeout: each, CertURLRetrievalTimeout: all, RevocationRelay, RevocationHosts } = (await policy.current(account)).values;
      // What one account may not ask, another one has perhaps asked already.
      const rules = JSON.stringify([RevocationRelay, RevocationHosts]);
      const end = clock().getTime() + all;
      return {
        ldap: await hostIsReady(),
        async fetcher(question, turns = 1) {
          const left = end - clock().getTime();
          if (left <= 0) throw new SmimeError("revocation.fetch-time");
          if (!isHttp(question.url) && !isLdap(question.url)) throw new SmimeError("revocation.fetch");
          return waitFor(shared(question, rules, account), Math.min(each, left / turns));
        },
      };
    },
  };
}

/** Waits for what others may wait for too. */
async function waitFor(answer: Promise<Bytes>, milliseconds: number): Promise<Bytes> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SmimeError("revocation.fetch-time")), milliseconds);
  });
  try {
    return await Promise.race([answer, over]);
  } finally {
    clearTimeout(timer);
  }
}
