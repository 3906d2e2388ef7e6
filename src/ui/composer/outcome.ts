import type { OutboxEnvelope, OutboxRecord } from "../../protocol/outbox.ts";
import type { MessageRef, SendResult } from "../../protocol/webmail.ts";

/** Addresses by what became of their envelope. */
export interface Outcome {
  sent: string[];
  /** The server was asked and nobody can tell. */
  unknown: string[];
  /** Certainly not sent: these alone may be tried again. */
  unsent: string[];
}

export const isSent = ({ state }: OutboxEnvelope): boolean => state === "sent" || state === "filed";

export const isUnsent = ({ state }: OutboxEnvelope): boolean => state === "prepared" || state === "stored" || state === "failed";

export const isUnknown = ({ state }: OutboxEnvelope): boolean => state === "unknown" || state === "sending";

/** Whom a Send reached, whom it did not reach, and of whom nobody knows. */
export function outcomeOf({ envelopes }: OutboxRecord): Outcome {
  const of = (which: (envelope: OutboxEnvelope) => boolean): string[] => envelopes.filter(which).flatMap(({ recipients }) => recipients);
  return { sent: of(isSent), unknown: of(isUnknown), unsent: of(isUnsent) };
}

/** The copy in Sent of what all of a message's recipients see, if the webmail told where it is. */
export function sentCopy({ envelopes }: OutboxRecord): MessageRef | null {
  return envelopes.find(({ visible, state }) => visible && state === "filed")?.message ?? null;
}

/** The record with what this frame heard from the webmail, which counts even if the background could not note it. */
export function withResults(record: OutboxRecord, results: ReadonlyMap<string, SendResult>): OutboxRecord {
  const envelopes = record.envelopes.map((envelope): OutboxEnvelope => {
    const result = results.get(envelope.id);
    switch (result?.state) {
      case undefined:
        return envelope;
      case "sent":
        return { ...envelope, state: "filed", code: null, message: result.message };
      case "sent-not-filed":
        return { ...envelope, state: "sent", code: "send.not-filed" };
      case "failed":
        return { ...envelope, state: "failed", code: result.code };
      case "unknown":
        return { ...envelope, state: "unknown", code: "send.unknown" };
    }
  });
  return { ...record, envelopes };
}
