import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { SmimeError } from "../base/errors.ts";
import { isPublicAddress } from "../base/public-address.ts";
import type { RetrievalRules } from "../protocol/retrieval.ts";

/** One address of a host; `family` is 4 or 6. */
export interface Address {
  address: string;
  family: number;
}

/** Resolves a name; tests give their own. */
export type Resolve = (name: string) => Promise<Address[]>;

export const systemResolve: Resolve = (name) => lookup(name, { all: true });

/** A URL's host as resolvers and TLS want it: IPv6 without brackets. */
export const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");

export function isListed(name: string, { allowedHosts }: Pick<RetrievalRules, "allowedHosts">): boolean {
  return allowedHosts.some((host) => bare(host).toLowerCase() === bare(name).toLowerCase());
}

/**
 * The addresses that a connection may go to. A name with any address inside is refused as a whole: it could answer with another
 * next time. Throws `revocation.fetch`, `revocation.fetch-address`, `revocation.fetch-time`.
 */
export async function judgedAddresses(hostname: string, rules: Pick<RetrievalRules, "allowedHosts">, deadline: AbortSignal, resolve: Resolve): Promise<Address[]> {
  const name = bare(hostname);
  const found = await Promise.race([resolve(name), expiry(deadline)]).catch((error: unknown) => {
    throw error instanceof SmimeError ? error : new SmimeError("revocation.fetch", { cause: error });
  });
  if (!isListed(name, rules) && !found.every(({ address }) => isPublicAddress(address))) throw new SmimeError("revocation.fetch-address");
  if (found.length === 0) throw new SmimeError("revocation.fetch");
  return found;
}

/** Where somebody else resolves the name, this much can be said of it: that it is no address inside, and not this machine by name. */
export function refusePrivateLiteral(hostname: string, rules: Pick<RetrievalRules, "allowedHosts">): void {
  const name = bare(hostname).toLowerCase().replace(/\.$/, "");
  const inside = isIP(name) !== 0 ? !isPublicAddress(name) : name === "localhost" || name.endsWith(".localhost");
  if (inside && !isListed(hostname, rules)) throw new SmimeError("revocation.fetch-address");
}

/** Milliseconds that one of several addresses gets before the next is tried. */
const NEXT_ADDRESS = 3000;

/** Options of a socket that goes to one of the given addresses, the first that answers, and nowhere else. */
export function pinned(addresses: Address[]): { lookup: LookupFunction; autoSelectFamily: boolean; autoSelectFamilyAttemptTimeout: number } {
  return {
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS,
    lookup: (_name, asked, answer) => {
      const [first] = addresses as [Address];
      if (asked.all === true) answer(null, addresses);
      else answer(null, first.address, first.family);
    },
  };
}

/** Rejects with `revocation.fetch-time` when the time is over. */
export function expiry(deadline: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const expire = (): void => reject(new SmimeError("revocation.fetch-time"));
    if (deadline.aborted) expire();
    else deadline.addEventListener("abort", expire, { once: true });
  });
}
