import { type Bytes, fromUtf8 } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { certificatesIn } from "../directory/certificate-values.ts";
import { directoryLimits } from "../directory/limits.ts";
import { parseCards } from "../directory/vcard.ts";
import type { Directory } from "../protocol/directory.ts";
import type { AnswerStore } from "./cached-directory.ts";

/** How long a contact's certificates count after the webmail was asked, in milliseconds. */
const FRESH = 24 * 3_600_000;

/** The name under which the contacts of one account of a webmail are remembered. */
export const contactsName = ({ origin, account }: { origin: string; account: string }): string => `contacts ${origin} ${account}`;

/** What the page of a webmail says of its contacts. It is believed as much as any directory: what it names are candidates. */
export interface ContactService {
  /** Takes over the vCards of an address. Answers whether there is a certificate in them. */
  learn(contacts: string, address: string, cards: Bytes): Promise<boolean>;
  /** The contacts of one account as a directory; it knows what was learned. */
  directory(contacts: string): Directory;
}

export function contactService(answers: AnswerStore, clock: Clock): ContactService {
  return {
    async learn(contacts, asked, octets) {
      const address = asked.toLowerCase();
      const cards = parseCards(fromUtf8(octets)).filter(({ addresses }) => addresses.includes(address));
      const found = certificatesIn(cards.flatMap(({ keys }) => keys).slice(0, directoryLimits.values), clock());
      const certificates = found.map((value) => ({ ...value, source: "contacts" as const, ciphers: [], preferredAt: null }));
      const name = cards.find((card) => card.name !== null)?.name ?? null;
      await answers.put([{ directory: contacts, address, certificates, name, list: false, askedAt: clock().toISOString() }]);
      return certificates.length > 0;
    },
    directory: (contacts) => ({
      id: contacts,
      host: "",
      search: () => Promise.resolve([]),
      expand: () => Promise.resolve(null),
      async lookUp(address) {
        const kept = await answers.get(contacts, address.toLowerCase());
        const age = kept ? clock().getTime() - Date.parse(kept.askedAt) : FRESH;
        return kept && age >= 0 && age < FRESH ? kept : { certificates: [], name: null, list: false };
      },
    }),
  };
}
