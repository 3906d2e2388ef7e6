import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { OutboxRecord, SendState } from "../protocol/outbox.ts";
import { allSends, removeSend, sendRecord, updateSend } from "../store/outbox.ts";
import type { DocumentName } from "./authority.ts";
import type { Binding } from "./bindings.ts";
import { interrupt, isDone, type Step, takeStep } from "./outbox-steps.ts";
import type { SendTickets } from "./send-tickets.ts";
import type { SessionTable } from "./session-table.ts";

/** Which page sends: its content script alone may report steps, and its end interrupts what it had not finished. */
export interface SendOwner {
  tab: number;
  /** The content script's document and frame. */
  document: string;
  frame: number;
}

/** How long a finished Send stays to be looked at, in milliseconds. */
const KEEP = 3_600_000;

export interface OutboxParts {
  owners: SessionTable<SendOwner>;
  sendTickets: SendTickets;
  clock: Clock;
}

/** The state of every Send. It lives in the store, so that a browser that was killed knows afterwards what it had asked for. */
export function outboxService({ owners, sendTickets, clock }: OutboxParts) {
  async function begin(send: string, ticket: string, frame: DocumentName, { purpose }: Binding): Promise<void> {
    const permission = await sendTickets.begin(ticket, frame);
    await updateSend(send, (record) => {
      const planned = permission.envelopes.map((recipients) => recipients.join("\n"));
      const kept = record.envelopes.map(({ recipients }) => recipients.join("\n"));
      const fits = kept.length === planned.length && kept.every((recipients, index) => recipients === planned[index]);
      if (!fits || record.envelopes.some(({ state }) => state !== "prepared")) throw new SmimeError("send.ticket");
      // What the frame says of itself is replaced by what is known of it.
      return { ...record, origin: purpose.origin, account: purpose.account, protection: permission.protection };
    });
    await owners.change((rows) => {
      rows[send] = { tab: purpose.tab, document: purpose.opener, frame: purpose.openerFrame };
    });
    await tidy();
  }

  async function progress(send: string, step: Step, by: DocumentName): Promise<SendState> {
    const rows = await owners.read();
    const owner = Object.hasOwn(rows, send) ? rows[send] : undefined;
    if (!owner || owner.tab !== by.tab || owner.document !== by.document) throw new SmimeError("protocol.forbidden");
    await updateSend(send, (record) => takeStep(record, step));
    return step.state;
  }

  async function state(send: string, { purpose }: Binding): Promise<OutboxRecord> {
    const record = await sendRecord(send);
    if (!record || record.origin !== purpose.origin) throw new SmimeError("store.not-found");
    return record;
  }

  async function interruptSends(which: (owner: SendOwner) => boolean): Promise<void> {
    const gone = await owners.change((rows) => {
      const names = Object.keys(rows).filter((name) => which(rows[name] as SendOwner));
      for (const name of names) delete rows[name];
      return names;
    });
    for (const send of gone) await updateSend(send, interrupt).catch(() => undefined);
  }

  /** After the browser's start nobody owns a Send any more: what is unfinished was interrupted. */
  async function browserStarted(): Promise<void> {
    const rows = await owners.read();
    for (const { id } of await allSends()) if (!Object.hasOwn(rows, id)) await updateSend(id, interrupt);
    await tidy();
  }

  async function tidy(): Promise<void> {
    const now = clock().getTime();
    for (const record of await allSends()) if (isDone(record) && now - Date.parse(record.createdAt) > KEEP) await removeSend(record.id);
  }

  return {
    begin,
    progress,
    state,
    browserStarted,
    tabClosed: (tab: number) => interruptSends((owner) => owner.tab === tab),
    /** A new document in a frame ends what the one before it was sending. */
    documentStarted: ({ tab, frame, document }: DocumentName) =>
      interruptSends((owner) => owner.tab === tab && owner.document !== document && (frame === 0 || owner.frame === frame)),
  };
}

export type OutboxService = ReturnType<typeof outboxService>;
