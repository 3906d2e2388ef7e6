import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { Draft } from "../../protocol/draft.ts";
import type { AddressEntry } from "../../protocol/message-content.ts";
import { messageId } from "./compose-draft.ts";
import { confirmed } from "./confirm.ts";
import type { ComposerContext } from "./context.ts";
import { deliver, sealAndKeep } from "./deliver.ts";
import { chosenIdentity, labelOf } from "./model.ts";
import { addressKey } from "./recipients.ts";
import { delivering, whereOf } from "./sending.ts";

/** Words of the note, in its author's language. */
export interface NoteWords {
  subject: string;
  text: (author: string) => string;
  /** What heads the reason when it was not sent, or may have been. */
  failed: string;
  unknown: string;
}

/**
 * The note that asks people for their certificate. It holds nothing of the message that waits: no Subject, no thread, no quote.
 * Each of them stands in the field that he has there, so that nobody learns of a Bcc from it, and by address alone: in an answer
 * names may come from fields that were hidden in the original's encryption (CO-02), and the note goes in the clear.
 */
export function certificateNote({ cell, words, newId, now }: Pick<ComposerContext, "cell" | "words" | "newId" | "now">, addresses: readonly string[]): Draft {
  const model = cell.get();
  const identity = chosenIdentity(model);
  const from = { name: identity?.name ?? null, address: identity?.address ?? model.account };
  const asked = new Set(addresses.map(addressKey).filter((address) => address !== addressKey(from.address)));
  const those = (people: AddressEntry[]): AddressEntry[] => people.flatMap(({ address }) => (asked.has(addressKey(address)) ? [{ name: null, address }] : []));
  return {
    from,
    to: those(model.to),
    cc: those(model.cc),
    bcc: those(model.bcc),
    subject: words.note.subject,
    text: words.note.text(labelOf(from)),
    attachments: [],
    inReplyTo: null,
    references: [],
    messageId: messageId(newId(), from.address),
    date: now().toISOString(),
  };
}

/**
 * Sends the note as its author saw it, signed and not encrypted, by the same way as every message; the message itself stays a
 * draft. Policy decides in `send.prepare`: where it forces encryption the note is refused there, whatever was asked.
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
    const { from, to, cc, bcc } = note;
    const answer = await ask("send.prepare", { from, to, cc, bcc, sign: true, encrypt: false, unreadableFor: [], receipt: false });
    if (answer.state !== "ready" || answer.plan.encrypt !== null) return stop(answer.state === "refused" ? (answer.code as Code) : "send.missing-certificates");
    if (!(await confirmed(context, note, { sign: true, encrypt: false, unreadableFor: [] }))) return cell.set({ sending: null });
    const around = delivering(context);
    // A draft of its own: what becomes of the note says nothing of the message that waits.
    const record = await sealAndKeep(around, note, answer.plan, { ...whereOf(context), draft: newId() });
    const delivered = await deliver(around, record, record.envelopes.map(({ id }) => id));
    const bad = delivered.find(({ result }) => result.state === "failed" || result.state === "unknown")?.result;
    if (bad?.state === "failed") return stop(bad.code, context.words.note.failed);
    if (bad) return stop("send.unknown", context.words.note.unknown);
    cell.set({ sending: null, notice: { about: "asked", people: [...to, ...cc, ...bcc].map(labelOf) } });
  } catch (error) {
    stop(codeOf(error), context.words.note.failed);
  }
}
