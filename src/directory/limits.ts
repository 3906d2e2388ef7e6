/** What answers of directories may hold. They are unsigned and may come from anybody who got between: every part is bounded. */
export const directoryLimits = {
  /** Entries that one address may have; more say that the question was not understood. */
  entries: 10,
  /** Values of one attribute that are looked at. */
  values: 30,
  /** Octets of one value: a certificate, or one with its chain. */
  value: 256 * 1024,
  /** Certificates of one address from one directory. */
  certificates: 30,
  /** Other addresses of one person. */
  proxies: 100,
  /** Octets of the answer of an HTTPS store. */
  answer: 2 * 1024 * 1024,
  /** Characters of an entry's name that is asked for, and of a dynamic list's address: the host ends at a question that is too long. */
  name: 1000,
  url: 4000,
  /** Lists within lists. */
  listDepth: 20,
  /** Lists and people that are looked at for one list, besides the limit of its members. */
  listEntries: 20_000,
  /** Parts in which one list's members are told (Active Directory gives 1,500 at a time, or 1,000). */
  ranges: 100,
  /** Characters of a dynamic list's filter, its parts, and how deep they lie in each other; the host has limits of its own. */
  filter: 4000,
  filterParts: 100,
  filterDepth: 6,
} as const;
