import type { Code } from "../base/codes/index.ts";

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
}

/** A RecipientInfo's name of its recipient: issuer and serial, a key identifier, or neither (KEK, password). */
export interface RecipientName {
  issuer?: string;
  serial?: string;
  keyIdentifier?: string;
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
  /** The signer's own claim (CP-04), ISO 8601; null if absent. */
  signingTime: string | null;
  /** Validity of the certificate, ISO 8601; null if the certificate is missing. */
  notBefore: string | null;
  notAfter: string | null;
}

export interface PartStatus {
  status: MessageStatus;
  /** Where it is: child numbers from the root as in IMAP, for example `2.1`. */
  where: string;
}
