import { SmimeError } from "../base/errors.ts";
import { nextStates, type OutboxEnvelope, type OutboxRecord, type SendState } from "../protocol/outbox.ts";
import type { MessageRef } from "../protocol/webmail.ts";

export interface Step {
  envelope: string;
  state: SendState;
  message: MessageRef | null;
  code: string | null;
}

/** Takes one envelope one step further. Throws `protocol.forbidden` for a step that may not follow, `store.not-found`. */
export function takeStep(record: OutboxRecord, step: Step): OutboxRecord {
  const before = record.envelopes.find(({ id }) => id === step.envelope);
  if (!before) throw new SmimeError("store.not-found");
  if (!nextStates[before.state].includes(step.state)) throw new SmimeError("protocol.forbidden");
  const after: OutboxEnvelope = { ...before, state: step.state, code: step.code, message: step.message ?? before.message };
  return { ...record, envelopes: record.envelopes.map((each) => (each === before ? after : each)) };
}

/**
 * What becomes of a Send whose page is gone: what the server was asked to send may have gone, so nobody sends it again by
 * himself; what it was not asked for has failed and can be tried again.
 */
export function interrupt(record: OutboxRecord): OutboxRecord {
  return { ...record, envelopes: record.envelopes.map(interruptEnvelope) };
}

function interruptEnvelope(envelope: OutboxEnvelope): OutboxEnvelope {
  switch (envelope.state) {
    case "sending":
      return { ...envelope, state: "unknown", code: "send.unknown" };
    case "prepared":
    case "stored":
      return { ...envelope, state: "failed", code: "send.interrupted" };
    case "sent":
    case "filed":
    case "failed":
    case "unknown":
      return envelope;
  }
}

/** Whether everybody was sent to, so that nothing more is to be done or decided. */
export function isOver(record: OutboxRecord): boolean {
  return record.envelopes.every(({ state }) => state === "sent" || state === "filed");
}

/** Whether surely nobody was sent to: such a Send may be sent again, or given up for a new one of the same text. */
export function isUnsent(record: OutboxRecord): boolean {
  return record.envelopes.every(({ state }) => state === "prepared" || state === "stored" || state === "failed");
}

/** Whether a Send still waits for its page: a step is under way or was never begun. */
export function isUnderWay(record: OutboxRecord): boolean {
  return record.envelopes.some(({ state }) => state === "prepared" || state === "stored" || state === "sending");
}
