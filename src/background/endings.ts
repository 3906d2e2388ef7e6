import type { Clock } from "../base/clock.ts";
import { keyFacts, type KeptKey } from "../keys/kept-key.ts";
import { canonicalAddress, sameAddress } from "../mime/addresses.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { Ending } from "../protocol/own-keys.ts";
import { allIdentities } from "../store/identities.ts";
import type { CardIdentity } from "./card-service.ts";

const DAY = 24 * 3_600_000;

/** So long before a signing certificate ends its owner hears of it, in milliseconds. */
export const SOON = 30 * DAY;

/** So long nothing is said after it was put off, in milliseconds. */
export const PUT_OFF = 7 * DAY;

/** Warnings of signing certificates that end. */
export interface Endings {
  /** One for each own address without a signing certificate that goes on. */
  all(): Promise<Ending[]>;
  of(address: string): Promise<Ending | null>;
  /** Says nothing of this certificate for a week, in the popup and in composers. */
  putOff(id: string): Promise<void>;
}

export interface EndingsParts {
  read: () => Promise<unknown>;
  write: (putOff: Record<string, string>) => Promise<void>;
  /** Keys on cards that are here. */
  onCards?: () => Promise<readonly Pick<CardIdentity, "kept" | "facts">[]>;
  clock: Clock;
}

export function endings({ read, write, onCards = () => Promise.resolve([]), clock }: EndingsParts): Endings {
  /** When each was put off, ISO 8601, without those that count no more. */
  async function putOffs(): Promise<Record<string, string>> {
    const value = await read();
    const entries = typeof value === "object" && value !== null ? Object.entries(value as Record<string, unknown>) : [];
    const now = clock().getTime();
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string" && now - Date.parse(entry[1]) < PUT_OFF));
  }

  async function all(): Promise<Ending[]> {
    const [identities, putOff, cards] = await Promise.all([allIdentities(), putOffs(), onCards()]);
    const now = clock().getTime();
    // The last one of each address: where another goes on, its end is no news.
    const last = new Map<string, Ending>();
    const signing = [...cards.filter(({ facts }) => facts.canSign).map(({ kept }) => kept), ...identities.filter(({ key }) => keyFacts(key as KeptKey).canSign)];
    for (const { id, certificate } of signing) {
      const { addresses, notAfter } = parseCertificate(certificate);
      for (const address of addresses) {
        const name = canonicalAddress(address);
        const ending: Ending = { id, address, notAfter: notAfter.toISOString(), ended: notAfter.getTime() < now, dismissed: Object.hasOwn(putOff, id) };
        if ((last.get(name)?.notAfter ?? "") < ending.notAfter) last.set(name, ending);
      }
    }
    return [...last.values()].filter(({ notAfter }) => Date.parse(notAfter) - now <= SOON);
  }

  return {
    all,
    of: async (address) => (await all()).find((ending) => sameAddress(ending.address, address)) ?? null,
    putOff: async (id) => write({ ...(await putOffs()), [id]: clock().toISOString() }),
  };
}
