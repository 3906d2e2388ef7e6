import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { OutboxRecord, SendState } from "../protocol/outbox.ts";
import { allSends, removeSend, sendRecord, updateSend } from "../store/outbox.ts";
import type { DocumentName } from "./authority.ts";
import type { Binding } from "./bindings.ts";
import { interrupt, isOver, isUnderWay, isUnsent, type Step, takeStep } from "./outbox-steps.ts";
import type { ReceiptMemory } from "./receipt-memory.ts";
import type { SendTickets } from "./send-tickets.ts";
import type { SessionTable } from "./session-table.ts";

/** Which page sends: its content script alone may report steps, and its end interrupts what it had not finished. */
export interface SendOwner {
  tab: number;
  /** The content script's document and frame. */
  document: string;
  frame: number;
  /** The composer in a window of its own that sends: while it is there, no other window of the same page takes its Send over. */
  window?: { tab: number; document: string };
}

/** How long a finished Send stays to be looked at, in milliseconds. */
const KEEP = 3_600_000;

export interface OutboxParts {
  owners: SessionTable<SendOwner>;
  sendTickets: SendTickets;
  clock: Clock;
  /** Whether a page of the webmail is still where it was: it may have been left for another site, which no event tells. */
  isAlive: (owner: SendOwner) => Promise<boolean>;
  /** Whether a composer's window is still what it was. */
  isBound: (window: { tab: number; document: string }) => Promise<boolean>;
  receipts: Pick<ReceiptMemory, "sent" | "taken" | "notSent" | "sentAt">;
}

/** Whose Sends are meant. */
interface Account {
  origin: string;
  account: string;
}

/** The state of every Send. It lives in the store, so that a browser that was killed knows afterwards what it had asked for. */
export function outboxService({ owners, sendTickets, clock, isAlive, isBound, receipts }: OutboxParts) {
  const isOf = (record: OutboxRecord, { origin, account }: Account): boolean => record.origin === origin && record.account === account;
  const isOwner = (owner: SendOwner, by: Pick<SendOwner, "tab" | "document">): boolean => owner.tab === by.tab && owner.document === by.document;

  async function begin(send: string, ticket: string, frame: DocumentName, { purpose }: Binding): Promise<void> {
    const permission = await sendTickets.begin(ticket, frame);
    const { receipt } = permission;
    // A reader sends receipts and nothing else, a composer everything else.
    if ((purpose.kind === "reader") !== (receipt !== null)) throw new SmimeError("protocol.forbidden");
    if (receipt !== null && (await receipts.sentAt(receipt)) !== null) throw new SmimeError("send.receipt-sent");
    await updateSend(send, (record) => {
      const planned = permission.envelopes.map((recipients) => recipients.join("\n"));
      const kept = record.envelopes.map(({ recipients }) => recipients.join("\n"));
      const fits = kept.length === planned.length && kept.every((recipients, index) => recipients === planned[index]);
      if (!fits || record.envelopes.some(({ state }) => state !== "prepared")) throw new SmimeError("send.ticket");
      // What the frame says of itself is replaced by what is known of it.
      const known = { ...record, origin: purpose.origin, account: purpose.account, protection: permission.protection };
      if (receipt !== null) return { ...known, draft: `receipt ${receipt}`, receipt };
      delete known.receipt;
      return known;
    });
    await supersede(send, purpose);
    await owners.change((rows) => {
      rows[send] = ownerFor(purpose, frame);
    });
    await tidy();
  }

  const ownerFor = ({ tab, opener, openerFrame, window }: Binding["purpose"], composer: DocumentName): SendOwner => ({
    tab,
    document: opener,
    frame: openerFrame,
    ...(window && { window: { tab: composer.tab, document: composer.document } }),
  });

  /** Whether a window is sending this, and the one who asks is not it. */
  async function isBusyElsewhere(record: OutboxRecord, owner: SendOwner | undefined, composer: DocumentName | null): Promise<boolean> {
    if (!owner?.window || !isUnderWay(record) || owner.window.document === composer?.document) return false;
    return isBound(owner.window);
  }

  /** The same text was sent before and surely reached nobody: trying that again, too, would send it twice. */
  async function supersede(send: string, account: Account): Promise<void> {
    const all = (await allSends()).filter((record) => isOf(record, account));
    const draft = all.find(({ id }) => id === send)?.draft;
    for (const record of all) if (record.id !== send && record.draft === draft && isUnsent(record)) await forget(record.id);
  }

  async function forget(send: string): Promise<void> {
    await removeSend(send);
    await owners.change((rows) => {
      delete rows[send];
    });
  }

  async function progress(send: string, step: Step, by: DocumentName): Promise<SendState> {
    const rows = await owners.read();
    const owner = Object.hasOwn(rows, send) ? rows[send] : undefined;
    if (!owner || !isOwner(owner, by)) throw new SmimeError("protocol.forbidden");
    const receipt = (await sendRecord(send))?.receipt;
    // Before the server is asked: a receipt whose answer is lost must not be sent a second time, nor by two Sends at once (ES-03).
    if (receipt !== undefined && step.state === "sending") await receipts.sent(receipt, send);
    await updateSend(send, (record) => takeStep(record, step));
    if (receipt !== undefined && step.state === "sent") await receipts.taken(receipt, send);
    if (receipt !== undefined && step.state === "failed") await receipts.notSent(receipt, send);
    return step.state;
  }

  async function state(send: string, { purpose }: Binding): Promise<OutboxRecord> {
    const record = await sendRecord(send);
    if (!record || !isOf(record, purpose)) throw new SmimeError("store.not-found");
    return record;
  }

  /** Sends of an account that did not reach everybody, oldest first, without those that another page or window is busy with. @param composer who asks, if it is no page */
  async function unfinished(account: Account, by: Pick<SendOwner, "tab" | "document">, composer: DocumentName | null = null): Promise<OutboxRecord[]> {
    const rows = await owners.read();
    const found: OutboxRecord[] = [];
    for (const record of await allSends()) {
      if (!isOf(record, account) || isOver(record)) continue;
      const owner = Object.hasOwn(rows, record.id) ? rows[record.id] : undefined;
      if (await isBusyElsewhere(record, owner, composer)) continue;
      if (owner && !isOwner(owner, by) && !(await isAlive(owner))) {
        await interruptSends((each) => isOwner(each, owner));
        const interrupted = await sendRecord(record.id);
        if (interrupted) found.push(interrupted);
      } else if (owner ? isOwner(owner, by) : !isUnderWay(record)) found.push(record);
    }
    return found.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  }

  /** Makes a page the owner of a Send whose own page is gone. Throws `protocol.forbidden` while that one is there. */
  async function adopt(send: string, binding: Binding, composer: DocumentName): Promise<OutboxRecord> {
    const { tab, opener } = binding.purpose;
    const before = await state(send, binding);
    const rows = await owners.read();
    const owned = Object.hasOwn(rows, send) ? rows[send] : undefined;
    if (await isBusyElsewhere(before, owned, composer)) throw new SmimeError("protocol.forbidden");
    // A page that was left for another site, or whose end no event told, is not there any more.
    if (owned && !isOwner(owned, { tab, document: opener }) && !(await isAlive(owned))) await interruptSends((each) => isOwner(each, owned));
    const taken = await owners.change((rows) => {
      const owner = Object.hasOwn(rows, send) ? rows[send] : undefined;
      if (owner && !isOwner(owner, { tab, document: opener })) throw new SmimeError("protocol.forbidden");
      rows[send] = ownerFor(binding.purpose, composer);
      return !owner;
    });
    return taken ? updateSend(send, interrupt) : before;
  }

  async function discard(send: string, binding: Binding, composer: DocumentName): Promise<void> {
    const record = await adopt(send, binding, composer);
    if (record.envelopes.some((envelope) => envelope.state === "sending")) throw new SmimeError("protocol.forbidden");
    await forget(send);
  }

  async function interruptSends(which: (owner: SendOwner) => boolean): Promise<void> {
    const gone = await owners.change((rows) => {
      const names = Object.keys(rows).filter((name) => which(rows[name] as SendOwner));
      for (const name of names) delete rows[name];
      return names;
    });
    for (const send of gone) await updateSend(send, interrupt).catch(() => undefined);
  }

  /** After a start of the browser or of a new version nobody owns a Send any more: what is unfinished was interrupted. */
  async function browserStarted(): Promise<void> {
    const rows = await owners.read();
    for (const { id } of await allSends()) if (!Object.hasOwn(rows, id)) await updateSend(id, interrupt);
    await tidy();
  }

  async function tidy(): Promise<void> {
    const now = clock().getTime();
    for (const record of await allSends()) if (isOver(record) && now - Date.parse(record.createdAt) > KEEP) await removeSend(record.id);
  }

  return {
    begin,
    progress,
    state,
    unfinished,
    adopt,
    discard,
    browserStarted,
    tabClosed: (tab: number) => interruptSends((owner) => owner.tab === tab),
    /** A new document in a frame ends what the one before it was sending. */
    documentStarted: ({ tab, frame, document }: DocumentName) =>
      interruptSends((owner) => owner.tab === tab && owner.document !== document && (frame === 0 || owner.frame === frame)),
  };
}

export type OutboxService = ReturnType<typeof outboxService>;
