import type { Clock } from "../base/clock.ts";
import { type EverywhereAnswer, expandEverywhere, lookUpEverywhere, searchEverywhere } from "../directory/all-directories.ts";
import { httpsDirectory } from "../directory/https-directory.ts";
import { ldapDirectory } from "../directory/ldap-directory.ts";
import type { DirectoryPlace } from "../policy/directory-place.ts";
import type { Account } from "../policy/scopes.ts";
import type { Directory, ExpansionBudget, ListMembers, Person } from "../protocol/directory.ts";
import type { HostPort } from "../protocol/host-port.ts";
import type { Fetcher } from "../protocol/retrieval.ts";
import { type AnswerStore, cachedDirectory } from "./cached-directory.ts";
import type { ContactService } from "./contact-service.ts";
import { copyName, type DirectoryCopies } from "./directory-copies.ts";
import type { PolicyService } from "./policy-service.ts";

/** Milliseconds that one directory may take for one address; whoever types does not wait for it. */
const TIME = 15_000;

/** States of the settings whose directories are remembered: those of a few accounts. */
const MOST_MADE = 4;

/** Fewer letters would be everybody. */
const FEWEST_LETTERS = 2;

export interface DirectoryParts {
  policy: Pick<PolicyService, "current">;
  /** Directories of the user's own: nobody vouches for what they say of lists and of other addresses of a person. */
  own: () => Promise<DirectoryPlace[]>;
  ldapSearch: HostPort["ldapSearch"];
  /** Asks an HTTPS store; the host of a directory that somebody configured may lie in the own network. */
  fetch: Fetcher;
  answers: AnswerStore;
  /** What is kept on this machine; it comes after all directories. */
  kept: Directory;
  contacts: Pick<ContactService, "directory">;
  copies: DirectoryCopies;
  clock: Clock;
}

/** Every place where people are found, asked side by side. */
export interface DirectoryService {
  /** @param contacts names the contacts of a webmail's account that are asked, too (`contactsName`) */
  lookUp(address: string, contacts?: string | null, account?: Account): Promise<EverywhereAnswer>;
  search(words: string, account?: Account): Promise<Person[]>;
  /** Null if no directory knows a list of that address. Throws `directory.*`. */
  expand(address: string, budget: ExpansionBudget, account?: Account): Promise<ListMembers | null>;
}

export function directoryService(parts: DirectoryParts): DirectoryService {
  const { policy, kept } = parts;
  const made = new Map<string, Directory[]>();

  /** Made anew when the settings change, so that what a directory's failure was remembered for holds no longer. */
  async function configured(account?: Account): Promise<Directory[]> {
    const { Directories, CertMatchingDoNotUseProxies, DirectoryCopy } = (await policy.current(account)).values;
    const own = await parts.own();
    const settings = JSON.stringify({ Directories, own, CertMatchingDoNotUseProxies, DirectoryCopy });
    const useProxies = !CertMatchingDoNotUseProxies;
    const managed = (): Directory[] => Directories.map((place) => makeDirectory(place, useProxies, DirectoryCopy, parts));
    const directories = made.get(settings) ?? [...managed(), ...own.map((place) => withoutLists(makeDirectory(place, false, false, parts)))];
    if (!made.has(settings) && made.size >= MOST_MADE) made.clear();
    made.set(settings, directories);
    // Nobody waits for it: it is for another day.
    const copied = DirectoryCopy ? Directories.filter((place) => place.kind === "ldap") : [];
    // An account without directories of the organisation's says nothing about the copies of those that have some.
    if (copied.length > 0 || account === undefined) void parts.copies.renew(copied, useProxies);
    return directories;
  }

  return {
    async lookUp(address, contacts = null, account) {
      const theirs = contacts === null ? [] : [parts.contacts.directory(contacts)];
      return lookUpEverywhere([...(await configured(account)), ...theirs, kept], address);
    },
    async search(words, account) {
      const wanted = words.trim();
      return wanted.length < FEWEST_LETTERS ? [] : searchEverywhere(await configured(account), wanted);
    },
    expand: async (address, budget, account) => expandEverywhere(await configured(account), address, budget),
  };
}

/** Who the members of a list are is the organisation's to say: a directory of the user's own could turn a person into a list of others. */
function withoutLists(directory: Directory): Directory {
  return { ...directory, lookUp: async (address) => ({ ...(await directory.lookUp(address)), list: false }), expand: () => Promise.resolve(null) };
}

function makeDirectory(place: DirectoryPlace, useProxies: boolean, copied: boolean, { ldapSearch, fetch, answers, clock }: DirectoryParts): Directory {
  const directory =
    place.kind === "https" ? httpsDirectory(place, { fetch, clock }) : ldapDirectory(place, { search: ldapSearch, clock, timeout: TIME, useProxies });
  // With other addresses counted or not, the same entry says other things.
  const id = useProxies ? directory.id : `${directory.id} alone`;
  return cachedDirectory({ ...directory, id }, { answers, clock, time: TIME, ...(copied && place.kind === "ldap" && { copy: copyName(place, useProxies) }) });
}
