import type { PolicyService } from "../../../src/background/policy-service.ts";
import { type NetworkBrowser, retrievalService } from "../../../src/background/retrieval-service.ts";
import type { HostPort } from "../../../src/protocol/host-port.ts";
import type { Bytes } from "../../../src/base/bytes.ts";
import type { Account } from "../../../src/policy/scopes.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";

/** What one place answers; it may take its time, or fail. */
export type Place = (init: RequestInit) => Bytes | Response | Promise<Bytes | Response>;

export const policyOf = (managed: object): PolicyService => ({ current: (account?: Account) => Promise.resolve(effectivePolicy(managed, defaultUserSettings, account)) }) as unknown as PolicyService;

/** A network of these places; the longest beginning of an address that is listed answers for it, and others cannot be reached. */
export function network(places: Record<string, Place>, { managed = {}, permitted = true, now = { at: Date.parse("2026-06-15T00:00:00Z") } }: { managed?: object; permitted?: boolean; now?: { at: number } } = {}, host?: HostPort) {
  const asked: { url: string; init: RequestInit }[] = [];
  const browser: NetworkBrowser = {
    async permitted(url) {
      // As Firefox reads addresses, which Node and Chromium read more leniently.
      if (url?.includes("*")) throw new TypeError(`${url} is not a valid URL.`);
      return Promise.resolve(permitted);
    },
    async fetch(url, init) {
      asked.push({ url, init });
      const place = Object.keys(places).filter((name) => url.startsWith(name)).toSorted((a, b) => b.length - a.length)[0];
      if (place === undefined) throw new TypeError("unreachable");
      const stopped = new Promise<never>((_resolve, reject) => init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))));
      const answer = await Promise.race([(places[place] as Place)(init), stopped]);
      return answer instanceof Response ? answer : new Response(answer);
    },
  };
  const policy = policyOf(managed);
  const retrievals = retrievalService({ policy, network: browser, clock: () => new Date(now.at), ...(host && { host }) });
  return { asked, retrievals, policy, now, urls: () => asked.map(({ url }) => url) };
}
