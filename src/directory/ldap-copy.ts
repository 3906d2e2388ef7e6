import type { Clock } from "../base/clock.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import type { DirectoryAnswer } from "../protocol/directory.ts";
import type { HostPort, LdapEntry, LdapFilter } from "../protocol/host-port.ts";
import { answerOf, CERTIFICATES, type LdapPlace, PERSON } from "./ldap-directory.ts";
import { addressesOf } from "./ldap-entry.ts";

/** What a copy may hold: some ten thousand people with two certificates each. */
export const copyLimits = {
  entries: 50_000,
  /** Octets of certificates and what comes along. */
  octets: 128 * 1024 * 1024,
  /** Letters by which a directory that is too large for one answer is asked in parts. */
  letters: 3,
} as const;

/** Entries wanted in one answer. */
const AT_ONCE = 2000;

/** Milliseconds for one part. */
const TIME = 120_000;

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789._-";

/**
 * Reads everybody who has a certificate, by each address, without what is expired or not meant for mail. A directory that does not
 * answer with all at once is asked letter by letter of the address; people whose address begins otherwise are then not in the copy.
 * Throws `directory.too-many` beyond `copyLimits`, and what the directory answers.
 */
export async function copyLdap(
  place: LdapPlace,
  { search, clock, useProxies }: { search: HostPort["ldapSearch"]; clock: Clock; useProxies: boolean },
): Promise<{ address: string; answer: DirectoryAnswer }[]> {
  const { server, startTls, login, base } = place;
  const all: { address: string; answer: DirectoryAnswer }[] = [];
  let octets = 0;

  function take(found: readonly LdapEntry[]): void {
    const part = found.flatMap((entry) => {
      const answer = answerOf([entry], place, clock(), useProxies);
      if (answer.certificates.length === 0) return [];
      octets += answer.certificates.reduce((sum, { certificate, others }) => sum + certificate.length + others.reduce((all, { length }) => all + length, 0), 0);
      return addressesOf(entry).map((address) => ({ address, answer }));
    });
    all.push(...part);
    if (all.length > copyLimits.entries || octets > copyLimits.octets) throw new SmimeError("directory.too-many");
  }

  async function copy(beginning: string): Promise<void> {
    const certified: LdapFilter = { kind: "or", filters: CERTIFICATES.flatMap((name): LdapFilter[] => [name, `${name};binary`].map((attribute) => ({ kind: "present", attribute }))) };
    const mail: LdapFilter = beginning === "" ? { kind: "present", attribute: "mail" } : { kind: "begins", attribute: "mail", value: beginning };
    let found: LdapEntry[];
    try {
      found = await search({ server, startTls, login, base, scope: "sub", limit: AT_ONCE, timeout: TIME, attributes: PERSON, filter: { kind: "and", filters: [mail, certified] } });
    } catch (error) {
      const tooMany = codeOf(error) === "directory.too-many" || codeOf(error) === "limits.host";
      if (!tooMany || beginning.length === copyLimits.letters) throw error;
      for (const letter of LETTERS) await copy(beginning + letter);
      return;
    }
    take(found);
  }

  await copy("");
  return all;
}
