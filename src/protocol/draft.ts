import type { Bytes } from "../base/bytes.ts";
import type { AddressEntry } from "./message-content.ts";
import type { DigestName, SignatureForm } from "./key-port.ts";

/** A message as its author sees it while writing. It lives in the composer's frame and that frame's worker. */
export interface Draft {
  from: AddressEntry;
  to: AddressEntry[];
  cc: AddressEntry[];
  bcc: AddressEntry[];
  subject: string;
  /** Plain text; always present, made from `html` where that is what was written. */
  text: string;
  /** A complete HTML document's body content; absent for a plain-text message. */
  html?: string;
  attachments: DraftAttachment[];
  inReplyTo: string | null;
  references: string[];
  /** `id@host`, chosen once for one Send so that every envelope and each retry carries the same. */
  messageId: string;
  /** ISO 8601. */
  date: string;
  /** In an answer to an encrypted message: what that one hid outside, and this one hides too (CO-03). */
  hidden?: HiddenOutside;
}

/** What may stand inside an encryption alone, whatever the policy for header fields says. */
export interface HiddenOutside {
  /** Addresses whose owners are not named outside at all. */
  addresses: string[];
  /** Addresses that stand outside without their display name. */
  names: string[];
  /** Message identifiers, without angle brackets. */
  identifiers: string[];
}

export interface DraftAttachment {
  name: string;
  type: string;
  bytes: Bytes;
  /** Set for a picture that the HTML shows by `cid:`; null otherwise. */
  contentId: string | null;
}

/** A message that is still being written, with what its author has chosen so far: what is kept of it. */
export interface UnsentDraft {
  /** Its HTML still marks what is quoted, and names pictures by `cid:`. */
  draft: Draft;
  sign: boolean;
  encrypt: boolean;
  /** Ask the recipients for a signed receipt; absent in drafts that an older version kept. */
  receipt?: boolean;
  /** It answers or forwards a message that was encrypted (CO-02). */
  originalEncrypted: boolean;
  /** It goes back to a draft that was not ours: its author is told so each time until it is sent. */
  unproved: boolean;
  /** The webmail's page, or a link in it, filled in people or text; absent in drafts that an older version kept. */
  pageWrote?: boolean;
  /** Which attachments came with the message that is forwarded, by their index. */
  forwarded: number[];
}

/** A draft as it was found in the server's folder. */
export interface FoundDraft {
  unsent: UnsentDraft;
  /** True if it was saved on this computer and nobody changed it; anybody can encrypt something else to its author. */
  ours: boolean;
}

/** What the background allows one Send to do; made by `send.prepare` and executed by `smime/seal`. */
export interface SealPlan {
  /** Names this Send towards `KeyPort.sign`. */
  ticket: string;
  sign: { digestName: DigestName; clear: boolean; tripleWrap: boolean; form?: SignatureForm } | null;
  encrypt: { cipher: ContentCipher } | null;
  /** One message each: visible recipients together, each Bcc recipient alone (CO-08). */
  envelopes: PlannedEnvelope[];
  /** Header Confidentiality Policy (RFC 9788 §3.2); `none` leaves header protection out, for interoperability tests. */
  headerPolicy: "baseline" | "shy" | "none";
  /** Legacy Display Elements for readers that do not know RFC 9788 (HS-06). */
  legacyDisplay: boolean;
}

export type ContentCipher = "aes-128-cbc" | "aes-192-cbc" | "aes-256-cbc" | "aes-128-gcm" | "aes-192-gcm" | "aes-256-gcm";

export interface PlannedEnvelope {
  /** Addresses for the transport's envelope. */
  recipients: string[];
  /** True for the copy that names To and Cc; a Bcc copy is false. */
  visible: boolean;
  /** False where it also goes to people whom no field of it names, so that nothing on the way may name them either; absent: as `visible`. */
  disclosed?: boolean;
  /** DER certificates to encrypt to, the sender's own included; empty for a clear message. */
  certificates: RecipientCertificate[];
}

export interface RecipientCertificate {
  certificate: Bytes;
  /** Key transport for an RSA key; ignored for others. */
  keyTransport: "rsaesOaep" | "rsaEncryption";
  useKeyIdentifier: boolean;
}

/** A finished message: nothing but what may leave the extension. */
export interface SealedEnvelope {
  recipients: string[];
  visible: boolean;
  disclosed?: boolean;
  /** The whole RFC 5322 message, CRLF, ending at its closing boundary or last base64 line. */
  mime: Bytes;
}
