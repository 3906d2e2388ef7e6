import type { Code } from "../base/codes/index.ts";
import type { RevocationDetail } from "./trust-port.ts";

/**
 * The verdict on one message: what every surface shows and what other contexts get. It holds no content.
 * Addresses are bare, names RFC 4514 strings, serials and digests lower-case hex, algorithms OpenSSL's names.
 */
export interface MessageStatus {
  summary: Summary;
  /** Outermost first: the layers as delivered, never what header fields claim (RFC 9787, UI-02). */
  layers: Layer[];
  /** Protected parts inside an unprotected message; each has its own status and lends none (UI-03). */
  parts: PartStatus[];
  /** Codes of everything found that is not as it should be, each once. */
  problems: Code[];
}

export interface Summary {
  /** `verified` only if mathematics, certificate, path, address and revocation all hold. */
  signed: "verified" | "unverified" | "none";
  encrypted: "decrypted" | "failed" | "none";
  /** The one proved author's address; null unless `signed` is `verified`. */
  author: string | null;
  /** True while path or revocation are still being checked; `signed` is then `unverified`. */
  pending: boolean;
}

export type LayerType = "signed-data" | "multipart-signed" | "enveloped-data" | "auth-enveloped-data" | "compressed-data";

export interface Layer {
  type: LayerType;
  /** True for a layer of the contiguous outer envelope, which alone speaks for the whole message (RFC 9787). */
  envelope: boolean;
  /** Content-encryption algorithm, for example `aes-256-cbc`. */
  cipher?: string;
  /** How the content key reached our recipient entry, for example `rsaEncryption` or `rsaesOaep`. */
  keyTransport?: string;
  /** The recipients that the ciphertext names; they prove nothing. */
  recipients?: RecipientName[];
  signers?: Signer[];
  /** What a signed receipt confirms (RFC 2634 §2.8); its signers say who confirms it. */
  receipt?: SignedReceipt;
}

/** A signer's wish for a signed receipt (RFC 2634 §2.7); nothing is ever returned by itself (ES-03). */
export interface ReceiptRequest {
  /** Lower-case hex. */
  contentIdentifier: string;
  /** Who is asked: everybody, everybody who got it without a list in between, or these addresses. */
  from: "all" | "first-tier" | string[];
  /** Whom the receipt is to go to. */
  to: string[];
}

/** A security label (RFC 2634 §3.2) as its signer wrote it. */
export interface SecurityLabel {
  /** Dotted identifier of the policy that gives the rest its meaning; `unreadable` if the label cannot be read, and then nothing else is known. */
  policy: string;
  classification: number | null;
  privacyMark: string | null;
  /** Dotted identifiers of the categories' types. */
  categories: string[];
}

export interface SignedReceipt {
  /** Dotted identifier of what was signed in the message that is confirmed; id-data for mail. */
  contentType: string;
  /** Lower-case hex, as in the request. */
  contentIdentifier: string;
  /** The signature value of the message that is confirmed, lower-case hex. */
  originatorSignature: string;
}

/** A RecipientInfo's name of its recipient: issuer and serial, a key identifier, or neither (KEK, password). */
export interface RecipientName {
  issuer?: string;
  serial?: string;
  keyIdentifier?: string;
  /** True for an entry that a password opens. */
  password?: true;
  /** True for the entry that a key of ours opens. */
  own: boolean;
}

export interface Signer {
  /** The certificate's address that matches From if there is one, else its first; null if it names none. */
  address: string | null;
  /** All addresses that the certificate names. */
  addresses: string[];
  /** RFC 4514 string; null if the certificate is missing. */
  subject: string | null;
  /** The name to show to a person (common name, else the address); null if the certificate is missing. */
  name: string | null;
  issuer: string;
  serial: string;
  /** Digest algorithm, for example `sha256`. */
  digest: string;
  /** Signature algorithm, for example `rsaEncryption`, `rsassaPss`, `ecdsa-with-SHA256`, `ED25519`. */
  signature: string;
  /** Mathematics only: digest, signature and signed attributes. Chain, address and age are in `code`. */
  verdict: "valid" | "broken" | "unknown";
  /** `ok`, or the first reason why this signer does not verify the message. */
  code: Code;
  /** Subjects from the signer to the trust anchor, RFC 4514; empty if there is no path. */
  chain: string[];
  revocation: "good" | "revoked" | "unreachable" | "not-asked";
  /** Date, reason and source; absent if nobody was asked. */
  revocationDetail?: RevocationDetail;
  /** Which host would have to be asked for the certificate of the signer's authority; absent if none is missing or may be asked. */
  missingIssuer?: { host: string };
  /** The signer's own claim (CP-04), ISO 8601; null if absent. */
  signingTime: string | null;
  /** Validity of the certificate, ISO 8601; null if the certificate is missing. */
  notBefore: string | null;
  notAfter: string | null;
  /** Only of a signer who proves this message, as anybody else's wish counts for nothing (ES-02). */
  receiptRequest?: ReceiptRequest;
  /** Only of a signer who proves this message (ES-04). */
  securityLabel?: SecurityLabel;
  /** Only in a signed receipt: digest of the signed attributes that are confirmed (RFC 2634 §2.10), lower-case hex. */
  msgSigDigest?: string;
}

export interface PartStatus {
  status: MessageStatus;
  /** Where it is: child numbers from the root as in IMAP, for example `2.1`. */
  where: string;
}
