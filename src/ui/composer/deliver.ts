import type { Bytes } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { Draft, SealedEnvelope, SealPlan } from "../../protocol/draft.ts";
import type { OutboxRecord } from "../../protocol/outbox.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { SendResult } from "../../protocol/webmail.ts";
import type { ContentPort } from "../frame/content-port.ts";
import type { Engine } from "../frame/engine.ts";
import type { SendingStep } from "./model.ts";

/** What delivering needs around it. */
export interface Delivering {
  content: Pick<ContentPort, "send">;
  finished: (send: string, envelope: string) => Promise<Bytes>;
  onStep: (step: SendingStep) => void;
}

/** What keeping finished messages needs besides. */
export interface Keeping extends Delivering {
  ask: Ask<"frame">;
  content: Pick<ContentPort, "send" | "fidelity">;
  /** Keeps the finished messages where the background finds them too. */
  keep: (record: OutboxRecord, messages: Bytes[]) => Promise<void>;
  /** Takes back what was kept. */
  drop: (send: string) => Promise<void>;
  newId: () => string;
  now: () => Date;
}

/** What sealing needs besides. */
export interface Sealing extends Keeping {
  engine: Pick<Engine, "seal">;
}

/** Where a Send belongs. */
export interface SendPlace {
  account: string;
  origin: string;
  identity: string;
  draft: string;
}

/**
 * Seals the draft as planned, keeps the finished ciphertext, and gives the record to the background: from then on a stopped
 * browser loses nothing. Throws the engine's code, or `send.too-large` if the server would refuse the size.
 */
export async function sealAndKeep(around: Sealing, draft: Draft, plan: SealPlan, where: SendPlace): Promise<OutboxRecord> {
  around.onStep({ step: "sealing", done: 0, of: 1 });
  const envelopes = await around.engine.seal(draft, plan, (done, of) => around.onStep({ step: "sealing", done, of }));
  const recipients = [...draft.to, ...draft.cc, ...draft.bcc].map(({ address }) => address);
  return keepSealed(around, envelopes, { ticket: plan.ticket, recipients, protection: { signed: plan.sign !== null, encrypted: plan.encrypt !== null } }, where);
}

/** Keeps finished messages and gives their record to the background. Throws as `sealAndKeep`. */
export async function keepSealed(
  around: Keeping,
  envelopes: readonly SealedEnvelope[],
  { ticket, recipients: people, protection }: Pick<OutboxRecord, "recipients" | "protection"> & { ticket: string },
  where: SendPlace,
): Promise<OutboxRecord> {
  const { maxMessageSize } = await around.content.fidelity();
  if (maxMessageSize !== null && envelopes.some(({ mime }) => mime.length > maxMessageSize)) {
    throw new SmimeError("send.too-large");
  }
  const record: OutboxRecord = {
    id: around.newId(),
    ...where,
    createdAt: around.now().toISOString(),
    recipients: people,
    protection,
    envelopes: envelopes.map(({ recipients, visible, disclosed = visible }) => ({ id: around.newId(), recipients, visible, disclosed, state: "prepared", code: null, message: null })),
  };
  await around.keep(record, envelopes.map(({ mime }) => mime));
  try {
    await around.ask("outbox.begin", { send: record.id, ticket });
  } catch (error) {
    // Nothing was sent and the text is still there: what was kept would only be sent besides the next try.
    await around.drop(record.id);
    throw error;
  }
  return record;
}

/** How one envelope ended. */
export interface Delivered {
  envelope: string;
  recipients: string[];
  result: SendResult;
}

/**
 * Hands the given envelopes to the webmail one after another. It stops at the first that failed or is unknown, so that a
 * server that refuses one does not get the others too; the rest can be tried again from the record.
 */
export async function deliver(around: Delivering, record: OutboxRecord, envelopeIds: string[]): Promise<Delivered[]> {
  const delivered: Delivered[] = [];
  for (const [index, id] of envelopeIds.entries()) {
    const envelope = record.envelopes.find((each) => each.id === id);
    if (!envelope) continue;
    around.onStep({ step: "sending", index, of: envelopeIds.length });
    const result = await deliverOne(around, record, envelope);
    delivered.push({ envelope: id, recipients: envelope.recipients, result });
    if (result.state === "failed" || result.state === "unknown") break;
  }
  return delivered;
}

async function deliverOne(around: Delivering, { id: send, identity }: OutboxRecord, envelope: OutboxRecord["envelopes"][number]): Promise<SendResult> {
  let asked = false;
  try {
    const mime = await around.finished(send, envelope.id);
    const { recipients, visible, disclosed = visible } = envelope;
    const again = envelope.state !== "prepared";
    return await around.content.send({ send, envelope: envelope.id, identity, recipients, visible, disclosed, again, mime }, (step) => {
      asked ||= step === "sending";
    });
  } catch (error) {
    // Once the server was asked, silence says nothing about what it did.
    const code: Code = codeOf(error);
    return asked ? { state: "unknown" } : { state: "failed", code, detail: "" };
  }
}
