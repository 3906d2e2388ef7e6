import { equal } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import type { Directory, DirectoryAnswer, DirectoryFailure, ExpansionBudget, FoundCertificate, ListMembers, Person } from "../protocol/directory.ts";

/** What all places together know of an address, and who could not say. */
export type EverywhereAnswer = DirectoryAnswer & { failed: DirectoryFailure[] };

type Asked<T> = { value: T } | { failure: DirectoryFailure };

/** Asks all at once; one that fails stops no other and is reported. */
async function askAll<T>(directories: readonly Directory[], question: (directory: Directory) => Promise<T>): Promise<Asked<T>[]> {
  return Promise.all(
    directories.map(async (directory): Promise<Asked<T>> => {
      try {
        return { value: await question(directory) };
      } catch (error) {
        return { failure: { host: directory.host, code: codeOf(error) } };
      }
    }),
  );
}

const valuesOf = <T>(asked: readonly Asked<T>[]): T[] => asked.flatMap((each) => ("value" in each ? [each.value] : []));
const failuresOf = <T>(asked: readonly Asked<T>[]): DirectoryFailure[] => asked.flatMap((each) => ("failure" in each ? [each.failure] : []));

/** Looks an address up in every directory; their order is the order of preference. */
export async function lookUpEverywhere(directories: readonly Directory[], address: string): Promise<EverywhereAnswer> {
  const asked = await askAll(directories, (directory) => directory.lookUp(address));
  const answers = valuesOf(asked);
  return {
    certificates: mergeCertificates(answers.flatMap(({ certificates }) => certificates)),
    name: answers.find(({ name }) => name !== null)?.name ?? null,
    list: answers.some(({ list }) => list),
    failed: failuresOf(asked),
  };
}

/** People of every directory whose name or address begins with the words. One that cannot answer has nobody to offer. */
export async function searchEverywhere(directories: readonly Directory[], words: string): Promise<Person[]> {
  return mergePeople(valuesOf(await askAll(directories, (directory) => directory.search(words))).flat());
}

/** Each address once, at its first place, with the first name that anybody has for it. */
export function mergePeople(people: readonly Person[]): Person[] {
  const found = new Map<string, Person>();
  for (const person of people) {
    const key = person.address.toLowerCase();
    const before = found.get(key);
    if (!before || before.name === null) found.set(key, before ? { ...before, name: person.name } : { address: person.address, name: person.name });
  }
  return [...found.values()];
}

/**
 * The members of a list that any directory knows: two that know it both have a say, because nobody can tell which is right and
 * nobody may be left out. Null if none knows it. A directory that cannot answer could know members of its own, so its failure
 * is thrown.
 */
export async function expandEverywhere(directories: readonly Directory[], address: string, budget: ExpansionBudget): Promise<ListMembers | null> {
  const asked = await askAll(directories, (directory) => directory.expand(address, budget));
  const [failed] = failuresOf(asked);
  if (failed) throw new SmimeError(failed.code);
  const lists = valuesOf(asked).filter((list) => list !== null);
  if (lists.length === 0) return null;
  const members = new Map(lists.flatMap((list) => list.members).map((person) => [person.address.toLowerCase(), person] as const));
  return { members: [...members.values()], unresolved: lists.flatMap(({ unresolved }) => unresolved) };
}

/** Each certificate once, at its first place, with what signed mail said of it wherever that is known. */
export function mergeCertificates(found: readonly FoundCertificate[]): FoundCertificate[] {
  const merged: FoundCertificate[] = [];
  for (const one of found) {
    const at = merged.findIndex(({ certificate }) => equal(certificate, one.certificate));
    const before = merged[at];
    if (!before) merged.push(one);
    else {
      const wishes = (one.preferredAt ?? "") > (before.preferredAt ?? "") ? one : before;
      // One's own stays one's own: it has no say in what everybody can read.
      const place = one.source === "own" ? one : before;
      const others = before.others.length > 0 ? before.others : one.others;
      merged[at] = { ...place, others, ciphers: wishes.ciphers.length > 0 ? wishes.ciphers : one.ciphers, preferredAt: wishes.preferredAt };
    }
  }
  return merged;
}
