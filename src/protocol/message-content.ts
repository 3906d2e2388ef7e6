import type { Bytes } from "../base/bytes.ts";
import type { HiddenOutside } from "./draft.ts";
import type { MessageStatus } from "./message-status.ts";
import type { RequestingSignature } from "./receipts.ts";
import type { StrangerCertificate } from "./shapes.ts";

/** What a message says. It never leaves the frame that shows it and that frame's worker. */
export interface MessageContent {
  headers: ShownHeaders;
  body: MessageBody;
  attachments: Attachment[];
  /** Content of the protected parts of an unprotected message, by the same `where` as in `MessageStatus.parts`. */
  parts: { where: string; content: MessageContent }[];
}

/** How a header field was protected (RFC 9788 §4.3.1): computed from the protected part alone. */
export type FieldProtection = "signed" | "encrypted" | "both" | "unprotected";

export interface ShownHeaders {
  from: string | null;
  /** Display name in From, which proves nothing; null if absent. */
  fromName: string | null;
  to: AddressEntry[];
  cc: AddressEntry[];
  replyTo: AddressEntry[];
  subject: string | null;
  /** ISO 8601, or null. */
  date: string | null;
  messageId: string | null;
  inReplyTo: string[];
  references: string[];
  /** The delivered, outer From address. */
  outerFrom: string | null;
  /** The protected From address where `from` is the delivered one in its place, because nobody proved it (FR-02); else null. */
  insideFrom: string | null;
  /** True if a protected set of fields was found and used. */
  protected: boolean;
  fields: Record<string, FieldProtection>;
}

export interface AddressEntry {
  name: string | null;
  address: string;
}

/** The body as decoded text; HTML is exactly as sent and must be sanitised before it is drawn. */
export interface MessageBody {
  text?: string;
  html?: string;
}

export interface Attachment {
  /** File name as the sender gave it; may be empty, and is never a path. */
  name: string;
  /** Media type in lower case, as claimed. */
  type: string;
  /** Decoded size in octets. */
  size: number;
  /** Content-ID without angle brackets, for pictures that the HTML body refers to by `cid:`. */
  contentId: string | null;
  /** True for a part that the body shows in place. */
  inline: boolean;
  bytes: Bytes;
}

/** Everything that reading a message yields. */
export interface InspectedMessage {
  status: MessageStatus;
  content: MessageContent;
  /** The innermost decrypted entity, for "show decrypted source"; null if nothing was encrypted or it failed. */
  decryptedSource: Bytes | null;
  /** What a verified signature tells of its signer, to be kept in the address book; empty unless `verified`. */
  learned: LearnedSigner[];
  /** The signature of its author that asks for a receipt; null if none does, if they differ, or if a list passed the message on. */
  receiptRequest: RequestingSignature | null;
  /** What its author kept out of the readable header, for an answer to keep there too; null if nothing, or if it was not encrypted. */
  hidden: HiddenOutside | null;
  /** The signer's certificate that could be decided on, if nothing else is against it than that nobody vouches for it; of the message, not of its parts. */
  stranger: StrangerCertificate | null;
}

/** A verified signer's certificates and wishes (RFC 8551 §2.5.2, §2.5.3; CP-02). */
export interface LearnedSigner {
  address: string;
  /** Certificates of the message, DER, signer's first. */
  certificates: Bytes[];
  /** The certificate that the signer prefers for encryption, DER; null if not said. */
  encryptionCertificate: Bytes | null;
  /** OpenSSL names of announced content ciphers in order of preference. */
  ciphers: string[];
  /** ISO 8601; null if the signature names no time. */
  signingTime: string | null;
}
