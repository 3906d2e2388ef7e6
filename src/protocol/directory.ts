import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";

export interface Person {
  address: string;
  name: string | null;
}

export interface FoundCertificate {
  certificate: Bytes;
  /** Where it came from, for a person to read in details: `signed-mail`, `file`, `directory`, … */
  source: "signed-mail" | "file" | "directory" | "contacts" | "own";
  /** Host of the directory that it came from; absent for what is kept here. */
  place?: string;
  /** Other certificates that came along (chain), DER. */
  others: Bytes[];
  /** Announced content ciphers, OpenSSL names; empty if never announced. */
  ciphers: string[];
  /** When a signed mail last preferred it, ISO 8601; null if never. */
  preferredAt: string | null;
  /** Other addresses of the same person, by word of the directory: a certificate for one of them serves. */
  proxies?: string[];
}

/** What one place knows of an address. Nothing of it is validated: it names candidates. */
export interface DirectoryAnswer {
  /** In order of preference. */
  certificates: FoundCertificate[];
  name: string | null;
  /** It is the address of a list, whose members `expand` finds. */
  list: boolean;
}

/** The members of a list, nested lists resolved. */
export interface ListMembers {
  /** Each address once, in the order in which they were found. */
  members: Person[];
  /** What stands in the place of members of whom no address was found: their names in the directory. */
  unresolved: string[];
}

/** What finding the members of one list may cost. */
export interface ExpansionBudget {
  /** Milliseconds since the epoch; `Infinity` for no limit. */
  deadline: number;
  /** Most members. */
  members: number;
}

/** A place where people and their certificates are found. Every call throws the `directory.*` codes where it cannot answer. */
export interface Directory {
  /** Under which its answers are remembered; no password is in it. */
  readonly id: string;
  /** As people know it: a host. */
  readonly host: string;
  /** People whose name or address begins with the words, best first, at most twenty. */
  search(words: string): Promise<Person[]>;
  lookUp(address: string): Promise<DirectoryAnswer>;
  /** The members of the list that has this address; null if no list has it. Throws `directory.list-timeout`, `directory.list-too-large`. */
  expand(address: string, budget: ExpansionBudget): Promise<ListMembers | null>;
}

/** A directory that could not answer, and why. */
export interface DirectoryFailure {
  host: string;
  code: Code;
}
