import { type Bytes, randomBytes, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { OutboxRecord } from "../protocol/outbox.ts";
import { database } from "./database.ts";
import { forms } from "./forms.ts";
import { localKeys } from "./local-keys.ts";
import { readAll, readOne } from "./reading.ts";
import { salvage } from "./salvage.ts";

/** A Send with the state of each envelope. */
export interface KeptSend {
  record: OutboxRecord;
}

/**
 * One envelope's finished message: nothing but what may leave the extension. With `iv`, this computer's key seals it (AES-256-GCM):
 * what goes out readable need not lie readable on the disk as well.
 */
export interface KeptEnvelope {
  send: string;
  envelope: string;
  mime: Bytes;
  iv?: Bytes;
}

const nameOf = (send: string, envelope: string): Bytes => utf8(JSON.stringify([send, envelope]));

async function sealed(send: string, envelope: string, mime: Bytes): Promise<KeptEnvelope> {
  const { seal } = await localKeys();
  const iv = randomBytes(12);
  return { send, envelope, mime: new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: nameOf(send, envelope) }, seal, mime)), iv };
}

/** Puts a new Send with its finished messages, one for each of `record.envelopes` and in that order, all or none. */
export async function putSend(record: OutboxRecord, messages: readonly Bytes[]): Promise<void> {
  // Before the transaction, which ends by itself while anything else is awaited.
  const kept = await Promise.all(
    record.envelopes.map(({ id }, index): Promise<KeptEnvelope> => {
      const mime = messages[index];
      if (!mime) throw new SmimeError("store.not-found");
      return record.protection.encrypted ? Promise.resolve({ send: record.id, envelope: id, mime }) : sealed(record.id, id, mime);
    }),
  );
  const transaction = (await database()).transaction(["outbox", "envelopes"], "readwrite");
  await transaction.objectStore("outbox").add({ record });
  for (const each of kept) await transaction.objectStore("envelopes").put(each);
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
  return opened(kept);
}

async function opened({ send, envelope, mime, iv }: KeptEnvelope): Promise<Bytes> {
  if (!iv) return mime;
  const { seal } = await localKeys();
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: nameOf(send, envelope) }, seal, mime));
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

/** What waits to be sent, each with its finished messages, until these are `most` octets: for a person to save, and so as it would go out. */
export async function waitingSends(most: number): Promise<{ record: OutboxRecord; messages: KeptEnvelope[] }[]> {
  const kept = (await salvage("envelopes", 0, most)).records as KeptEnvelope[];
  // One whose key is lost stays sealed: that it was there is told all the same.
  const messages = await Promise.all(kept.map((each) => opened(each).then((mime): KeptEnvelope => ({ send: each.send, envelope: each.envelope, mime }), () => each)));
  const sends = (await salvage("outbox", 0, Infinity)).records as KeptSend[];
  return sends.map(({ record }) => ({ record, messages: messages.filter(({ send }) => send === record.id) }));
}
