import type { Bytes } from "../base/bytes.ts";
import { type IssuedAnswer, keyWish, type OwnKeysState, type ProtectionOffer, type WaitingFacts } from "./own-keys.ts";
import { nothing, nullable, octets, record, text } from "./shape.ts";
import { unlockSecret, wantedProtection } from "./unlock.ts";

/** What our own pages may ask of keys that are made here: their making, certificates and backup. */
export const ownKeyRequests = {
  /** Keys that wait for their certificates, and which can be backed up. */
  "keys.state": nothing,
  /** How a new key for an address may be protected. */
  "keys.protection": record({ address: text(320) }),
  /**
   * Makes new keys, which wait for their certificates, protected as asked from their birth. Throws `keys.address`, `keys.algorithm`,
   * `limits.waiting-keys`, `keys.card-only`, `keys.make-unprotected`, `keys.passphrase-short`, `keys.passphrase-wrong`,
   * `keys.security-key-wrong`, `keys.unlock-wait`.
   */
  "keys.make": record({ wish: keyWish, protection: wantedProtection }),
  /** Puts keys that were made together without protection, and wait, under one. Throws as `keys.make`, and `keys.not-found`. */
  "keys.protect": record({ group: text(64), protection: wantedProtection }),
  /** Gives a waiting key up, for good. */
  "keys.give-up": record({ id: text(64) }),
  /** Takes in what an authority issued. Throws `pki.malformed`, `keys.certificate-without-key` if nothing of it is for a key here, `keys.born-unprotected` if the organisation lets none be used that it is for. */
  "keys.issued": record({ file: octets(1_000_000) }),
  /**
   * A PKCS#12 file of a key that was made or imported here; one under a vault asks for what opens it. Throws `keys.backup-password`,
   * `keys.export-forbidden`, `keys.backup-gone`, `keys.not-found`, `keys.locked`, `keys.passphrase-wrong`, `keys.security-key-wrong`,
   * `keys.recovery-code-wrong`, `keys.recovery-code-malformed`, `keys.unlock-wait`.
   */
  "backup.make": record({ id: text(128), password: text(1024), secret: nullable(unlockSecret) }),
  /** How far that file is, of 1; null while none is made. */
  "backup.progress": record({ id: text(128) }),
  /** The file was saved, or is not wanted: no other is made of this key. */
  "backup.done": record({ id: text(128) }),
  /** Says nothing for a week of a signing certificate that ends. */
  "ending.put-off": record({ id: text(128) }),
} as const;

export interface OwnKeyAnswers {
  "keys.state": OwnKeysState;
  "keys.protection": ProtectionOffer;
  "keys.make": { made: WaitingFacts[] };
  "keys.protect": null;
  "keys.give-up": null;
  "keys.issued": IssuedAnswer;
  "backup.make": { file: Bytes };
  "backup.progress": { done: number | null };
  "backup.done": null;
  "ending.put-off": null;
}
