import type { Bytes } from "../base/bytes.ts";

/**
 * Opens recipients that no certificate names: a key that both sides have (RFC 5652 §6.2.3) or a password (§6.2.4).
 * Such secrets belong to one message or to one agreement between people, never to a `KeyPort`.
 */
export interface SecretPort {
  /**
   * Tries one message's recipients of these kinds, all at once so that a person is asked once.
   * Answers the content key and the index of the recipient that it came from; null if no secret for any of them is at hand.
   * Throws `cms.decrypt-failed` if there was one and it opens none of them, whatever the reason; `limits.*`, `keys.*`.
   */
  unwrap(recipients: readonly SecretRecipient[]): Promise<{ index: number; contentKey: Bytes } | null>;
}

export type SecretRecipient = KekRecipient | PasswordRecipient;

/** What a KEKRecipientInfo says. */
export interface KekRecipient {
  kind: "kek";
  /** The name that both sides have given the key. */
  keyIdentifier: Bytes;
  /** AlgorithmIdentifier of the key wrap, DER. */
  algorithm: Bytes;
  encryptedKey: Bytes;
}

/** What a PasswordRecipientInfo says. */
export interface PasswordRecipient {
  kind: "password";
  /** AlgorithmIdentifier of the key derivation, DER; null if the password is itself the key. */
  derivation: Bytes | null;
  /** AlgorithmIdentifier of the key encryption, DER. */
  algorithm: Bytes;
  encryptedKey: Bytes;
}
