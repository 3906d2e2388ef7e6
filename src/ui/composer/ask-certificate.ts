import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { Draft } from "../../protocol/draft.ts";
import type { AddressEntry } from "../../protocol/message-content.ts";
import type { RequestInput } from "../../protocol/requests.ts";
import { confirmed } from "./confirm.ts";
import type { ComposerContext } from "./context.ts";
import { deliver, keepSealed } from "./deliver.ts";
import { allRecipients, chosenIdentity, type ComposerModel, labelOf } from "./model.ts";
import { addressKey } from "./recipients.ts";
import { delivering, whereOf } from "./sending.ts";
import { unlockToSign } from "./unlocking.ts";

/** What is said of the note, in its author's language. */
export interface NoteWords {
  /** What heads the reason when it was not sent, or may have been. */
  failed: string;
  unknown: string;
}

/** Those of the people of the message that waits who are asked, each in his field; its author never is. */
function askedPeople(model: ComposerModel, addresses: readonly string[]): RequestInput<"frame", "note.show"> {
  const from = chosenIdentity(model)?.address ?? model.account;
  const asked = new Set(addresses.map(addressKey).filter((address) => address !== addressKey(from)));
  const those = (people: AddressEntry[]): string[] => people.flatMap(({ address }) => (asked.has(addressKey(address)) ? [address] : []));
  const there = new Set(allRecipients(model).map(({ address }) => addressKey(address)));
  // Members of a list stand in no field, and need not learn of each other.
  const members = addresses.filter((address) => asked.has(addressKey(address)) && !there.has(addressKey(address)));
  return { from, to: those(model.to), cc: those(model.cc), bcc: [...those(model.bcc), ...members] };
}

/** Has the background write the note, and shows it: nothing is sent unseen. */
export async function showNote({ cell, ask }: Pick<ComposerContext, "cell" | "ask">, addresses: readonly string[]): Promise<void> {
  try {
    const note = await ask("note.show", askedPeople(cell.get(), addresses));
    cell.set({ question: { ask: "certificate-note", note } });
  } catch (error) {
    cell.set({ question: null, problem: { code: codeOf(error) } });
  }
}

/**
 * Sends the note as its author saw it, signed and not encrypted, by the same way as every message; the message itself stays a
 * draft. The background makes and signs it from fixed words, so a forced encryption lets it go.
 * @param keep keeps the message as a draft; without that nothing is sent
 */
export async function sendNote(context: ComposerContext, note: Draft, pressed: { isTrusted: boolean }, keep: () => Promise<boolean>): Promise<void> {
  const { cell, ask, visibility, newId } = context;
  if (!pressed.isTrusted || cell.get().sending) return;
  const stop = (code: Code, detail?: string): void => cell.set({ sending: null, problem: { code, ...(detail !== undefined && { detail }) } });
  if (visibility.steady() === false) return stop("send.not-visible");
  cell.set({ sending: { step: "preparing" }, problem: null, question: null });
  try {
    if (!(await keep())) return stop("store.unavailable");
    const { to, cc, bcc } = note;
    const addresses = (people: AddressEntry[]): string[] => people.map(({ address }) => address);
    const asked = { from: note.from.address, to: addresses(to), cc: addresses(cc), bcc: addresses(bcc) };
    let answer = await ask("note.prepare", asked);
    if (answer.state === "refused" && answer.code === "keys.locked" && (await unlockToSign(context, asked.from))) answer = await ask("note.prepare", asked);
    if (answer.state === "refused") return stop(answer.code as Code);
    if (!(await confirmed(context, note, { sign: true, encrypt: false, unreadableFor: [] }))) return cell.set({ sending: null });
    const around = delivering(context);
    // A draft of its own: what becomes of the note says nothing of the message that waits.
    const recipients = addresses([...to, ...cc, ...bcc]);
    const record = await keepSealed(around, answer.envelopes, { ticket: answer.ticket, recipients, protection: { signed: true, encrypted: false } }, { ...whereOf(context), draft: newId() });
    const delivered = await deliver(around, record, record.envelopes.map(({ id }) => id));
    const bad = delivered.find(({ result }) => result.state === "failed" || result.state === "unknown")?.result;
    if (bad?.state === "failed") return stop(bad.code, context.words.note.failed);
    if (bad) return stop("send.unknown", context.words.note.unknown);
    cell.set({ sending: null, notice: { about: "asked", people: [...to, ...cc, ...bcc].map(labelOf) } });
  } catch (error) {
    stop(codeOf(error), context.words.note.failed);
  }
}
