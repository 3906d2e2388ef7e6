import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { OutboxRecord } from "../protocol/outbox.ts";
import { database } from "./database.ts";
import { forms } from "./forms.ts";
import { readAll, readOne } from "./reading.ts";
import { salvage } from "./salvage.ts";

/** A Send with the state of each envelope. */
export interface KeptSend {
  record: OutboxRecord;
}

/** One envelope's finished message: nothing but what may leave the extension. */
export interface KeptEnvelope {
  send: string;
  envelope: string;
  mime: Bytes;
}

/** Puts a new Send with its finished messages, one for each of `record.envelopes` and in that order, all or none. */
export async function putSend(record: OutboxRecord, messages: readonly Bytes[]): Promise<void> {
  const transaction = (await database()).transaction(["outbox", "envelopes"], "readwrite");
  await transaction.objectStore("outbox").add({ record });
  for (const [index, { id }] of record.envelopes.entries()) {
    const mime = messages[index];
    if (!mime) throw new SmimeError("store.not-found");
    await transaction.objectStore("envelopes").put({ send: record.id, envelope: id, mime });
  }
  await transaction.done;
}

export async function sendRecord(id: string): Promise<OutboxRecord | undefined> {
  return (await readOne("outbox", id))?.record;
}

export async function allSends(): Promise<OutboxRecord[]> {
  return (await readAll("outbox")).map(({ record }) => record);
}

/** The finished message of one envelope. Throws `store.not-found`. */
export async function envelopeMime(send: string, envelope: string): Promise<Bytes> {
  const kept = await readOne("envelopes", [send, envelope]);
  if (!kept) throw new SmimeError("store.not-found");
  return kept.mime;
}

/**
 * Changes a record in one transaction, so that two reports at the same time cannot both pass the same step.
 * `change` throws to refuse. Throws `store.not-found`.
 */
export async function updateSend(id: string, change: (record: OutboxRecord) => OutboxRecord): Promise<OutboxRecord> {
  const transaction = (await database()).transaction("outbox", "readwrite");
  const kept = await transaction.store.get(id);
  if (!kept || !forms.outbox(kept)) throw new SmimeError("store.not-found");
  const record = change(kept.record);
  await transaction.store.put({ record });
  await transaction.done;
  return record;
}

export async function removeSend(id: string): Promise<void> {
  const transaction = (await database()).transaction(["outbox", "envelopes"], "readwrite");
  await transaction.objectStore("outbox").delete(id);
  await transaction.objectStore("envelopes").delete(IDBKeyRange.bound([id, ""], [id, "\uffff"]));
  await transaction.done;
}

/** What waits to be sent, each with its finished messages, until these are `most` octets: for a person to save. */
export async function waitingSends(most: number): Promise<{ record: OutboxRecord; messages: KeptEnvelope[] }[]> {
  const messages = (await salvage("envelopes", 0, most)).records as KeptEnvelope[];
  const sends = (await salvage("outbox", 0, Infinity)).records as KeptSend[];
  return sends.map(({ record }) => ({ record, messages: messages.filter(({ send }) => send === record.id) }));
}
