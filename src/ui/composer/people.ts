import type { AddressEntry } from "../../protocol/message-content.ts";
import type { ComposerContext } from "./context.ts";
import { allRecipients, type Field } from "./model.ts";
import { addRecipients, addressKey, type Recipient } from "./recipients.ts";

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
  const { to, cc, bcc } = context.cell.get();
  context.cell.set({ to: without(to), cc: without(cc), bcc: without(bcc) });
}

/** Addresses that are being asked about, so that none is asked about twice. */
const asked = new WeakMap<object, Set<string>>();

/** Asks about certificates of people that nothing is known of yet; one that could not be asked about stays unknown. */
export async function lookUp({ cell, ask }: Pick<ComposerContext, "cell" | "ask">): Promise<void> {
  const pending = asked.get(cell) ?? new Set();
  asked.set(cell, pending);
  const { known } = cell.get();
  const wanted = [...new Set(allRecipients(cell.get()).filter(({ valid }) => valid).map(({ address }) => addressKey(address)))].filter(
    (key) => !Object.hasOwn(known, key) && !pending.has(key),
  );
  if (wanted.length === 0) return;
  for (const key of wanted) pending.add(key);
  try {
    const states = await ask("people.lookup", { addresses: wanted });
    const found = Object.fromEntries(states.map((state) => [addressKey(state.address), state]));
    cell.set({ known: { ...cell.get().known, ...found } });
  } catch {
    // The sentence goes on saying that certificates are being looked for, and Send asks the background again.
  } finally {
    for (const key of wanted) pending.delete(key);
  }
}

/** Forgets that somebody had no usable certificate and asks again: he may have one by now. */
export function lookAgain(context: Pick<ComposerContext, "cell" | "ask">): void {
  const known = Object.entries(context.cell.get().known).filter(([, { state }]) => state === "found");
  context.cell.set({ known: Object.fromEntries(known) });
  void lookUp(context);
}

/** People whose name or address begins with the words, without those who are there already. */
export async function searchPeople({ cell, ask }: ComposerContext, words: string): Promise<AddressEntry[]> {
  const there = new Set(allRecipients(cell.get()).map(({ address }) => addressKey(address)));
  const found = await ask("people.search", { words: words.slice(0, 200) }).catch((): AddressEntry[] => []);
  return found.filter(({ address }) => !there.has(addressKey(address))).slice(0, 8);
}
