import type { Bytes } from "../base/bytes.ts";

/** Own keys that one message may name to be chosen from; those beyond are passed over. */
export const MOST_OWN_KEYS = 64;

export type DigestName = "sha256" | "sha384" | "sha512";

/**
 * The one way to a private key. Software keys, cards and recovery implement it in the background;
 * a frame's worker reaches it through its frame, and the background decides by the frame's binding what is allowed.
 * Nothing that is not named here can be done with a private key.
 */
export interface KeyPort {
  /** Lists the certificates whose keys may be used here: identifiers and public facts only. */
  certificates(): Promise<OwnCertificate[]>;

  /**
   * Of several own keys that a message names, the one to open it with: whoever answers knows which are unlocked, allowed and at
   * hand. Uses none of them.
   */
  choose(certificateIds: readonly string[]): Promise<string>;

  /**
   * Makes one SignerInfo for one Send.
   * The caller gives the content's digest; the signed attributes are built on the other side, so nobody
   * obtains a signature over octets of his choice. Throws `send.ticket`, `keys.not-found`, `keys.wrong-use`, `keys.locked`.
   */
  sign(request: SignRequest): Promise<SignReply>;

  /**
   * Opens one RecipientInfo and returns the content-encryption key, raw.
   * For RSAES-PKCS1-v1_5 a wrong padding gives a key derived from a secret and the ciphertext (implicit rejection),
   * so a caller cannot tell. Throws `keys.not-found`, `keys.not-allowed-here`, `keys.operation-limit`,
   * `keys.failure-budget`, `keys.locked`, `cms.decrypt-failed`.
   */
  unwrap(request: UnwrapRequest): Promise<UnwrapReply>;
}

export interface OwnCertificate {
  /** Opaque identifier of the key and certificate, stable on this machine. */
  id: string;
  certificate: Bytes;
  canSign: boolean;
  canDecrypt: boolean;
}

export interface SignRequest {
  /** The ticket of one Send, from `send.prepare`; names the key, the number of signatures and the algorithms. */
  ticket: string;
  /** Digest of the content (RFC 5652 §5.4), of the length that `digestName` has. */
  digest: Bytes;
  digestName: DigestName;
  /** In the background the ticket decides, whatever stands here. Absent: the form that every program reads. */
  form?: SignatureForm;
}

/** Choices that change nothing of what a signature proves, and that not every program reads. */
export interface SignatureForm {
  /** RSASSA-PSS where a key under rsaEncryption would sign with PKCS#1 v1.5; other keys leave no choice. */
  pss: boolean;
  /** The signer named by subject key identifier, where the certificate has one, instead of issuer and serial. */
  useKeyIdentifier: boolean;
}

export interface SignReply {
  /** A complete SignerInfo, DER. */
  signerInfo: Bytes;
  /** DER certificates to go along: signer's first, then its chain without the root, then an encryption certificate if another. */
  certificates: Bytes[];
}

/** What a RecipientInfo says that concerns the private key. */
export type UnwrapRequest = KeyTransportUnwrap | KeyAgreementUnwrap;

export interface KeyTransportUnwrap {
  kind: "key-transport";
  /** `OwnCertificate.id` of the recipient. */
  certificateId: string;
  /** AlgorithmIdentifier of the key encryption, DER (rsaEncryption or id-RSAES-OAEP with parameters). */
  algorithm: Bytes;
  encryptedKey: Bytes;
  /** Octets that the content cipher's key has: implicit rejection answers with that length. */
  keyLength: number;
}

export interface KeyAgreementUnwrap {
  kind: "key-agreement";
  certificateId: string;
  /** AlgorithmIdentifier of the key agreement, DER; its parameters name the key wrap. */
  algorithm: Bytes;
  /** The originator's public key: the BIT STRING's octets (a point, or 32 octets of X25519). */
  originatorKey: Bytes;
  /** AlgorithmIdentifier of the originator's key, DER; null where it is left to the recipient's key. */
  originatorAlgorithm: Bytes | null;
  /** User keying material; null if absent (which is not the same as empty). */
  ukm: Bytes | null;
  encryptedKey: Bytes;
  keyLength: number;
}

export interface UnwrapReply {
  contentKey: Bytes;
}
