import { atMost } from "../base/at-most.ts";
import { codeOf } from "../base/errors.ts";
import type { ListState, RecipientState } from "../protocol/frame-requests.ts";
import type { Account } from "../policy/scopes.ts";
import type { ListService } from "./list-service.ts";
import type { Choice, PeopleService } from "./people-service.ts";

/** Somebody in To, Cc or Bcc: one person, or the members of a list. */
export interface Recipient {
  state: RecipientState;
  /** One for each person that the message is encrypted to; empty for a list whose members could not be found. */
  people: Choice[];
  /** Members of which no address is known: none of them would get the message. */
  unresolved: string[];
}

/** For whom people are looked for. */
export interface Asker {
  /** Fingerprints of certificates that the author chose, by address in lower case. */
  chosen: ReadonlyMap<string, string>;
  /** The contacts of his webmail, by their name (`contactsName`). */
  contacts: string | null;
  /** His account, and the From where it is known: settings can be limited to some. */
  account: Account;
}

export interface RecipientService {
  /** Finds the certificate of an address, or those of all members if it is a list's. */
  resolve(address: string, asker: Asker): Promise<Recipient>;
  /** The same for many; each address once. */
  resolveAll(addresses: readonly string[], asker: Asker): Promise<Map<string, Recipient>>;
}

/** Addresses that are looked up at the same time. */
const AT_ONCE = 100;

/** Lists of one directory within those of another. */
const MOST_NESTED = 5;

export function recipientService(people: Pick<PeopleService, "choose">, lists: Pick<ListService, "members">): RecipientService {
  const gate = atMost(AT_ONCE);
  const choose = (address: string, asker: Asker): Promise<Choice> => gate(() => people.choose(address, asker.chosen.get(address.toLowerCase()) ?? null, asker.contacts, asker.account));

  /** The people of a list; a member that is a list of another directory is gone into. */
  async function membersOf(address: string, asker: Asker, seen: Set<string>, depth: number): Promise<{ people: Choice[]; unresolved: string[] }> {
    const { members, unresolved } = await lists.members(address, asker.account);
    const fresh = members.filter(({ address: each }) => !seen.has(each.toLowerCase()) && seen.add(each.toLowerCase()));
    const choices = await Promise.all(fresh.map(async ({ address: each, name }) => named(await choose(each, asker), name)));
    const all: Choice[] = [];
    const missing = [...unresolved];
    for (const choice of choices) {
      if (!choice.list) all.push(choice);
      else if (depth === MOST_NESTED) missing.push(choice.state.address);
      else {
        const nested = await membersOf(choice.state.address, asker, seen, depth + 1);
        all.push(...nested.people);
        missing.push(...nested.unresolved);
      }
    }
    return { people: all, unresolved: missing };
  }

  async function resolve(address: string, asker: Asker): Promise<Recipient> {
    const choice = await choose(address, asker);
    if (!choice.list) return { state: choice.state, people: [choice], unresolved: [] };
    try {
      const found = await membersOf(address, asker, new Set([address.toLowerCase()]), 0);
      return { ...found, state: listState(choice.state, { members: found.people.map(({ state }) => state), unresolved: found.unresolved }) };
    } catch (error) {
      return { state: { ...choice.state, state: "problem", code: codeOf(error), certificate: null, list: { members: [], unresolved: [] } }, people: [], unresolved: [] };
    }
  }

  return {
    resolve,
    async resolveAll(addresses, asker) {
      const found = await Promise.all(addresses.map(async (address) => [address.toLowerCase(), await resolve(address, asker)] as const));
      return new Map(found);
    },
  };
}

function named(choice: Choice, name: string | null): Choice {
  return name === null || choice.state.name !== undefined ? choice : { ...choice, state: { ...choice.state, name } };
}

/** A list is as good as the least of its members. */
function listState({ address, name, failed }: RecipientState, list: ListState): RecipientState {
  const lacking = list.members.find(({ state }) => state !== "found");
  const empty = list.members.length + list.unresolved.length === 0;
  const code = list.unresolved.length > 0 || empty ? "directory.list-incomplete" : lacking ? "send.missing-certificates" : "ok";
  return { address, state: code === "ok" ? "found" : "problem", code, certificate: null, ...(name !== undefined && { name }), ...(failed && { failed }), list };
}
