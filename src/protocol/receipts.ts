import type { Bytes } from "../base/bytes.ts";
import type { SealedEnvelope } from "./draft.ts";
import type { RecipientState } from "./frame-requests.ts";

/** A signature that asks for a receipt: small enough for the background to judge by itself what was asked, and by whom. */
export interface RequestingSignature {
  /** The SignerInfo as it came, at most `maxSignerInfo` octets. */
  signerInfo: Bytes;
  /** Certificates, DER, the signer's first. */
  certificates: Bytes[];
  /** The one From of the message, bare: whoever asks must be its author. */
  author: string;
}

/** Octets of a SignerInfo that may be handed over: a few thousand where there is nothing odd about it. */
export const maxSignerInfo = 65536;

/** Whether a receipt may be sent for a message. */
export type ReceiptOffer =
  /** `from`: the own address that confirms; `to`: whom the receipt goes to. */
  | { state: "asked"; from: string; to: string[] }
  /** It was sent, or may have been (ES-03: at most one). `at`: ISO 8601; `taken`: the server said that it took it. */
  | { state: "sent"; at: string; taken: boolean }
  /** It is one's own message, or no address that it was sent to is among those who are asked. */
  | { state: "not-asked" };

/** A finished receipt, or what stands in its way. It is never sent weaker than the message that it confirms. */
export type ReceiptAnswer =
  | { state: "ready"; ticket: string; encrypted: boolean; envelope: SealedEnvelope }
  | { state: "missing"; addresses: string[]; problems: RecipientState[] }
  | { state: "refused"; code: string };

/** What became of a receipt that came in. */
export type ReceiptCheck =
  /** It confirms a message of ours that was sent then, ISO 8601. */
  | { state: "fits"; sentAt: string }
  /** A receipt that one of one's own keys signed. */
  | { state: "own" }
  | { state: "unknown" };
