import type { Directory, FoundCertificate, Person } from "../protocol/directory.ts";

export { chooseRecipientCertificate } from "./choose-certificate.ts";

/** People and certificates that are kept here; the background fills it from the store. */
export interface PeopleSource {
  /** Certificates kept for an address, in the order of the places they came from. */
  certificatesFor(address: string): Promise<FoundCertificate[]>;
  /** People whose name or address begins with the words, best first. */
  search(words: string): Promise<Person[]>;
}

const MOST_FOUND = 20;

/** The address book of this machine as a `Directory`. It knows no lists: each address stands for itself. */
export function peopleDirectory(source: PeopleSource): Directory {
  return {
    search: async (words) => (words.trim() === "" ? [] : (await source.search(words.trim())).slice(0, MOST_FOUND)),
    expand: (address) => Promise.resolve({ members: [{ address, name: null }], complete: true }),
    certificates: (address) => source.certificatesFor(address),
  };
}
