import { type Bytes, fromHex, hex } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { OID } from "../pki/oids.ts";
import type { DigestName } from "../protocol/key-port.ts";
import type { AskedReceipt, SentReceipt } from "../store/receipts.ts";

/** Where receipts are remembered: `store/receipts.ts`, or a test's own. */
export interface ReceiptStore {
  sentReceipt(digest: string): Promise<SentReceipt | undefined>;
  allSentReceipts(): Promise<SentReceipt[]>;
  claimSentReceipt(receipt: SentReceipt): Promise<SentReceipt>;
  putSentReceipt(receipt: SentReceipt): Promise<void>;
  removeSentReceipt(digest: string): Promise<void>;
  askedReceipt(contentIdentifier: string): Promise<AskedReceipt | undefined>;
  allAskedReceipts(): Promise<AskedReceipt[]>;
  putAskedReceipt(receipt: AskedReceipt): Promise<void>;
  removeAskedReceipt(contentIdentifier: string): Promise<void>;
}

export const receiptLimits = {
  /** Receipts that were sent: beyond it the oldest is forgotten, and could be sent once more. */
  sent: 5000,
  /** Messages whose receipts are still known: beyond it the oldest is forgotten. */
  asked: 1000,
  /** How long a receipt for a message is known, in milliseconds: a year. */
  askedLife: 365 * 24 * 3_600_000,
} as const;

/** What a receipt says of the message that it confirms, in hex. */
export interface Confirmed {
  contentType: string;
  contentIdentifier: string;
  originatorSignature: string;
  msgSigDigest: string | null;
}

/** Remembers receipts: those sent, so that none is sent twice (ES-03), and those asked for, so that one that comes can be checked. */
export function receiptMemory(store: ReceiptStore, clock: Clock) {
  return {
    /** When a receipt was sent, ISO 8601, or may have been while nobody said that it was taken; null if it was not. */
    sending: async (digest: string): Promise<{ at: string; taken: boolean } | null> => {
      const kept = await store.sentReceipt(digest);
      return kept ? { at: kept.sentAt, taken: kept.taken === true } : null;
    },

    /** The same, without whether it was taken. */
    sentAt: async (digest: string): Promise<string | null> => (await store.sentReceipt(digest))?.sentAt ?? null,

    /** Throws `send.receipt-sent` if another Send sends or sent it. */
    async sent(digest: string, send: string): Promise<void> {
      const kept = await store.claimSentReceipt({ digest, sentAt: clock().toISOString(), send });
      if (kept.send !== send) throw new SmimeError("send.receipt-sent");
      for (const old of beyond(await store.allSentReceipts(), receiptLimits.sent)) await store.removeSentReceipt(old.digest);
    },

    /** The server took it from this Send. */
    async taken(digest: string, send: string): Promise<void> {
      const kept = await store.sentReceipt(digest);
      if (kept?.send === send) await store.putSentReceipt({ ...kept, taken: true });
    },

    /** The server surely did not take it from this Send. */
    async notSent(digest: string, send: string): Promise<void> {
      if ((await store.sentReceipt(digest))?.send === send) await store.removeSentReceipt(digest);
    },

    /** Keeps what is needed of a signature that asks for receipts (RFC 2634 §2.2.2). */
    async asked(contentIdentifier: string, digestName: DigestName, signed: { attributes: Bytes; signature: Bytes }): Promise<void> {
      const now = clock();
      const [msgSigDigest, signatureDigest] = await Promise.all([digestHex(digestName, signed.attributes), digestHex("sha256", signed.signature)]);
      await store.putAskedReceipt({ contentIdentifier, digestName, msgSigDigest, signatureDigest, sentAt: now.toISOString() });
      const all = await store.allAskedReceipts();
      const expired = all.filter(({ sentAt }) => isExpired(sentAt, now));
      const living = all.filter(({ sentAt }) => !isExpired(sentAt, now));
      for (const old of [...expired, ...beyond(living, receiptLimits.asked)]) await store.removeAskedReceipt(old.contentIdentifier);
    },

    /** When the message was signed that a receipt confirms (RFC 2634 §2.6), ISO 8601; null if it is none of ours or anything differs. */
    async confirmed({ contentType, contentIdentifier, originatorSignature, msgSigDigest }: Confirmed): Promise<string | null> {
      const asked = await store.askedReceipt(contentIdentifier);
      if (!asked || isExpired(asked.sentAt, clock()) || contentType !== OID.data || msgSigDigest !== asked.msgSigDigest) return null;
      return (await digestHex("sha256", fromHex(originatorSignature))) === asked.signatureDigest ? asked.sentAt : null;
    },
  };
}

export type ReceiptMemory = ReturnType<typeof receiptMemory>;

function isExpired(sentAt: string, now: Date): boolean {
  return now.getTime() - Date.parse(sentAt) > receiptLimits.askedLife;
}

/** The oldest of those that are too many. */
function beyond<T extends { sentAt: string }>(all: readonly T[], most: number): T[] {
  return all.toSorted((a, b) => a.sentAt.localeCompare(b.sentAt)).slice(0, Math.max(0, all.length - most));
}

const webCryptoNames: Record<DigestName, string> = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };

async function digestHex(name: DigestName, octets: Bytes): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest(webCryptoNames[name], octets)));
}
