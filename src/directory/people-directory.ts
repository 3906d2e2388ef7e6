import type { Directory, FoundCertificate, Person } from "../protocol/directory.ts";

/** People and certificates that are kept here; the background fills it from the store. */
export interface PeopleSource {
  /** Certificates kept for an address, in the order of the places they came from. */
  certificatesFor(address: string): Promise<FoundCertificate[]>;
  /** People whose name or address begins with the words, best first. */
  search(words: string): Promise<Person[]>;
}

const MOST_FOUND = 20;

/** The address book of this machine as a `Directory`. It knows no lists. */
export function peopleDirectory(source: PeopleSource): Directory {
  return {
    id: "kept",
    host: "",
    search: async (words) => (words.trim() === "" ? [] : (await source.search(words.trim())).slice(0, MOST_FOUND)),
    lookUp: async (address) => ({ certificates: await source.certificatesFor(address), name: null, list: false }),
    expand: () => Promise.resolve(null),
  };
}
