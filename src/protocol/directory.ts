import type { Bytes } from "../base/bytes.ts";

export interface Person {
  address: string;
  name: string | null;
}

export interface FoundCertificate {
  certificate: Bytes;
  /** Where it came from, for a person to read in details: `signed-mail`, `file`, `directory`, … */
  source: "signed-mail" | "file" | "directory" | "own";
  /** Other certificates that came along (chain), DER. */
  others: Bytes[];
  /** Announced content ciphers, OpenSSL names; empty if never announced. */
  ciphers: string[];
  /** When a signed mail last preferred it, ISO 8601; null if never. */
  preferredAt: string | null;
}

/** A place where people and their certificates are found. */
export interface Directory {
  /** People whose name or address begins with the words, best first, at most twenty. */
  search(words: string): Promise<Person[]>;
  /** The members of a distribution list; an address that is no list answers with itself. */
  expand(address: string, depth: number): Promise<{ members: Person[]; complete: boolean }>;
  /** Candidate certificates of an address, in order of preference, not yet validated. */
  certificates(address: string): Promise<FoundCertificate[]>;
}
