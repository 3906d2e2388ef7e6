import type { RecipientState } from "../../protocol/frame-requests.ts";
import type { AddressEntry } from "../../protocol/message-content.ts";
import type { ComposerContext } from "./context.ts";
import { allRecipients, type Field } from "./model.ts";
import { addRecipients, addressKey, parseRecipients, type Recipient } from "./recipients.ts";

/** With fewer letters directories are not asked. */
const FEWEST_LETTERS = 2;

/** Puts people into a field and looks up their certificates. */
export function addPeople(context: ComposerContext, field: Field, people: Recipient[]): void {
  setPeople(context, field, addRecipients(context.cell.get()[field], people));
}

/** Replaces the people of a field. */
export function setPeople(context: ComposerContext, field: Field, people: Recipient[]): void {
  const { cell } = context;
  cell.set({ [field]: people });
  if (field !== "to" && people.length > 0) cell.set({ shown: { ...cell.get().shown, [field]: true } });
  void lookUp(context);
}

/** Takes people out of all fields. */
export function removePeople(context: ComposerContext, addresses: string[]): void {
  const gone = new Set(addresses.map(addressKey));
  const without = (list: Recipient[]): Recipient[] => list.filter(({ address }) => !gone.has(addressKey(address)));
  const { to, cc, bcc, leftOut } = context.cell.get();
  // Members of lists stand in no field: they are left out by name.
  const members = addresses.filter((address) => !allRecipients({ to, cc, bcc }).some((person) => addressKey(person.address) === addressKey(address)));
  context.cell.set({ to: without(to), cc: without(cc), bcc: without(bcc), leftOut: [...leftOut, ...members] });
}

/** Addresses that are being asked about, so that none is asked about twice. */
const asked = new WeakMap<object, Set<string>>();

/** Addresses asked about in one request: the answer comes in time to show how far it is. */
const PORTION = 50;

/** So many people at once are looked for in the webmail's contacts, with two questions each. */
const FEW = 20;

/** Fewer people than this are looked for without a line about it. */
const MANY = 200;

/** Asks about certificates of people that nothing is known of yet; one that could not be asked about stays unknown. */
export async function lookUp(context: Pick<ComposerContext, "cell" | "ask" | "content">): Promise<void> {
  const { cell } = context;
  const everybody = [...new Set(allRecipients(cell.get()).filter(({ valid }) => valid).map(({ address }) => addressKey(address)))];
  await lookUpAddresses(context, everybody);
}

/** What the webmail's own address book says comes a moment later; for many people it is not asked. */
async function lookInContacts({ cell, ask, content }: Pick<ComposerContext, "cell" | "ask" | "content">, address: string): Promise<void> {
  const cards = await content.contactCards(address).catch(() => null);
  if (!cards || cards.length === 0) return;
  const state = await ask("people.contacts", { address, cards }).catch(() => null);
  const key = addressKey(address);
  // What the author chose meanwhile holds.
  if (state && !Object.hasOwn(cell.get().chosen, key)) cell.set({ known: { ...cell.get().known, [key]: state } });
}

async function lookUpAddresses(context: Pick<ComposerContext, "cell" | "ask" | "content">, addresses: readonly string[]): Promise<void> {
  const { cell, ask } = context;
  const pending = asked.get(cell) ?? new Set();
  asked.set(cell, pending);
  const { known } = cell.get();
  const wanted = addresses.filter((key) => !Object.hasOwn(known, key) && !pending.has(key));
  for (const key of wanted) pending.add(key);
  for (let done = 0; done < wanted.length; done += PORTION) {
    if (wanted.length >= MANY) cell.set({ looking: { done, of: wanted.length } });
    const portion = wanted.slice(done, done + PORTION);
    try {
      const there = new Set(allRecipients(cell.get()).map(({ address }) => addressKey(address)));
      // Who was removed meanwhile need not be asked about; who is being typed is asked about alone.
      const left = wanted.length === 1 ? portion : portion.filter((key) => there.has(key));
      const states = left.length === 0 ? [] : await ask("people.lookup", { addresses: left });
      const found = Object.fromEntries(states.map((state) => [addressKey(state.address), state]));
      cell.set({ known: { ...cell.get().known, ...found } });
      if (wanted.length <= FEW) for (const { address, list } of states) if (!list) void lookInContacts(context, address);
    } catch {
      // The sentence goes on saying that certificates are being looked for, and Send asks the background again.
    } finally {
      for (const key of portion) pending.delete(key);
    }
  }
  if (wanted.length >= MANY) cell.set({ looking: null });
}

/** Asks about an address while it is being typed, so that the answer is there when it becomes a chip. */
export function lookAhead(context: Pick<ComposerContext, "cell" | "ask" | "content">, typed: string): void {
  const [person, ...more] = parseRecipients(typed);
  // A domain without a dot is not typed to its end.
  if (!person?.valid || more.length > 0 || !/@[^@]+\.[^@.]{2,}$/.test(person.address)) return;
  void lookUpAddresses(context, [addressKey(person.address)]);
}

/** Uses another one of several certificates of a person, for this message. */
export function chooseCertificate({ cell }: Pick<ComposerContext, "cell">, address: string, sha256: string): void {
  const { chosen, known } = cell.get();
  const key = addressKey(address);
  const swapped = Object.fromEntries(Object.entries(known).map(([name, state]) => [name, withCertificate(state, key, sha256)]));
  cell.set({ chosen: { ...chosen, [key]: sha256 }, known: swapped });
}

/** A recipient, or a member of a list, with another certificate in use. */
function withCertificate(state: RecipientState, key: string, sha256: string): RecipientState {
  if (state.list) return { ...state, list: { ...state.list, members: state.list.members.map((member) => withCertificate(member, key, sha256)) } };
  const certificate = state.usable?.find((one) => one.sha256 === sha256);
  return addressKey(state.address) === key && certificate ? { ...state, certificate, why: "chosen" } : state;
}

/** Forgets that somebody had no usable certificate and asks again: he may have one by now. */
export function lookAgain(context: Pick<ComposerContext, "cell" | "ask" | "content">): void {
  const known = Object.entries(context.cell.get().known).filter(([, { state }]) => state === "found");
  context.cell.set({ known: Object.fromEntries(known) });
  void lookUp(context);
}

/** Asks anew who the members of the lists are, and shows them. */
export function lookAtListsAgain(context: Pick<ComposerContext, "cell" | "ask" | "content">): void {
  const known = Object.entries(context.cell.get().known).filter(([, { list }]) => !list);
  context.cell.set({ known: Object.fromEntries(known) });
  void lookUp(context);
}

/** People whose name or address begins with the words, without those who are there already: what is kept at once, then what directories say. */
export async function searchPeople({ cell, ask }: ComposerContext, words: string, show: (people: AddressEntry[]) => void): Promise<void> {
  const there = new Set(allRecipients(cell.get()).map(({ address }) => addressKey(address)));
  const search = async (directories: boolean): Promise<AddressEntry[]> => {
    const found = await ask("people.search", { words: words.slice(0, 200), directories }).catch((): AddressEntry[] => []);
    return found.filter(({ address }) => !there.has(addressKey(address))).slice(0, 8);
  };
  const everywhere = words.trim().length < FEWEST_LETTERS ? null : search(true);
  const here = await search(false);
  show(here);
  const all = await everywhere;
  if (all && all.length > here.length) show(all);
}
