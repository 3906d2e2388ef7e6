import type { MessageRef } from "./webmail.ts";

/**
 * The way of one envelope. `prepared`: sealed and kept here. `stored`: in the webmail's Drafts. `sending`: the server was
 * asked and has not answered. `sent`: accepted. `filed`: the Sent copy is there and the draft is gone. `unknown`: asked,
 * and nobody can tell; never sent again by itself.
 */
export type SendState = "prepared" | "stored" | "sending" | "sent" | "filed" | "failed" | "unknown";

/** Which states may follow which; the background refuses any other step. */
export const nextStates: Record<SendState, readonly SendState[]> = {
  prepared: ["stored", "failed"],
  stored: ["sending", "failed"],
  sending: ["sent", "failed", "unknown"],
  sent: ["filed"],
  filed: [],
  failed: ["prepared", "stored"],
  unknown: ["sent", "failed"],
};

/** One Send: kept in the store until every envelope is filed or given up. It holds finished ciphertext only. */
export interface OutboxRecord {
  id: string;
  /** Address in lower case of the account that sends. */
  account: string;
  origin: string;
  /** ISO 8601. */
  createdAt: string;
  /** For a person: "Sent to Bob and 12 others" needs names; kept until the record goes. */
  recipients: string[];
  protection: { signed: boolean; encrypted: boolean };
  /** `WebmailIdentity.id` that sends, for trying again when the composer is gone. */
  identity: string;
  /** Id of the draft in the composer that sends: a new Send of the same text takes the place of one that failed. */
  draft: string;
  /** In the Send of a receipt: names the signature that asked for it, as the memory of receipts does. */
  receipt?: string;
  envelopes: OutboxEnvelope[];
}

export interface OutboxEnvelope {
  id: string;
  recipients: string[];
  visible: boolean;
  /** As of a planned envelope. */
  disclosed?: boolean;
  state: SendState;
  /** Stable code of a failure. */
  code: string | null;
  /** Where the webmail has it now. */
  message: MessageRef | null;
}
