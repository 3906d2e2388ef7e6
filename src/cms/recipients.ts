import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { Algorithm } from "../pki/algorithm.ts";
import { bitStringOctets } from "../pki/der-values.ts";
import { type BerElement, malformed } from "./ber.ts";
import { explicit, Fields } from "./fields.ts";
import { type HolderIdentifier, readHolder, readIssuerAndSerial } from "./identifiers.ts";
import { cmsLimits } from "./limits.ts";
import { asCms, readAlgorithm, readVersion } from "./values.ts";

/** RecipientInfo of RFC 5652 §6.2; each of the keys of a KeyAgreeRecipientInfo is one entry of its own. */
export type Recipient = KeyTransportRecipient | KeyAgreementRecipient | KeyEncryptionKeyRecipient | PasswordRecipient | OtherRecipient;

export interface KeyTransportRecipient {
  kind: "key-transport";
  rid: HolderIdentifier;
  algorithm: Algorithm;
  encryptedKey: Bytes;
}

export interface KeyAgreementRecipient {
  kind: "key-agreement";
  rid: HolderIdentifier;
  algorithm: Algorithm;
  /** The ephemeral key; null where the originator is named by a certificate of his (static-static, which nobody sends). */
  originator: { algorithm: Algorithm; key: Bytes } | null;
  ukm: Bytes | null;
  encryptedKey: Bytes;
}

/** KEKRecipientInfo (RFC 5652 §6.2.3): a key that both sides have under this name. */
export interface KeyEncryptionKeyRecipient {
  kind: "kek";
  keyIdentifier: Bytes;
  algorithm: Algorithm;
  encryptedKey: Bytes;
}

/** PasswordRecipientInfo (RFC 5652 §6.2.4). */
export interface PasswordRecipient {
  kind: "password";
  derivation: Algorithm | null;
  algorithm: Algorithm;
  encryptedKey: Bytes;
}

/** A kind that is not known here: it is passed over (RD-04). */
export interface OtherRecipient {
  kind: "other";
}

/** Reads a SET OF RecipientInfo. Throws `cms.malformed`, `limits.cms-recipients`. */
export function readRecipients(set: BerElement): Recipient[] {
  const recipients: Recipient[] = [];
  for (const info of set.children) {
    recipients.push(...readRecipient(info));
    if (recipients.length > cmsLimits.recipients) throw new SmimeError("limits.cms-recipients");
  }
  return recipients;
}

function readRecipient(info: BerElement): Recipient[] {
  switch (info.tag) {
    case 0x30:
      return [readKeyTransport(info)];
    case 0xa1:
      return readKeyAgreement(info);
    case 0xa2:
      return [readKeyEncryptionKey(info)];
    case 0xa3:
      return [readPassword(info)];
    default:
      return [{ kind: "other" }];
  }
}

function readKeyTransport(info: BerElement): KeyTransportRecipient {
  const fields = new Fields(info);
  readVersion(fields.next());
  const rid = readHolder(fields.next());
  const algorithm = readAlgorithm(fields.next());
  const encryptedKey = fields.next().octets();
  fields.end();
  return { kind: "key-transport", rid, algorithm, encryptedKey };
}

function readKeyAgreement(info: BerElement): KeyAgreementRecipient[] {
  const fields = new Fields(info, 0xa1);
  readVersion(fields.next());
  const originator = readOriginator(explicit(fields.next(0xa0)));
  const tagged = fields.optional(0xa1);
  const ukm = tagged === null ? null : explicit(tagged).octets();
  const algorithm = readAlgorithm(fields.next());
  const keys = fields.next(0x30).children;
  fields.end();
  if (keys.length > cmsLimits.recipients) throw new SmimeError("limits.cms-recipients");
  return keys.map((key) => {
    const parts = new Fields(key);
    const rid = readKeyAgreementHolder(parts.next());
    const encryptedKey = parts.next().octets();
    parts.end();
    return { kind: "key-agreement", rid, algorithm, originator, ukm, encryptedKey };
  });
}

/** OriginatorIdentifierOrKey: only [1] OriginatorPublicKey carries a key. */
function readOriginator(element: BerElement): KeyAgreementRecipient["originator"] {
  if (element.tag !== 0xa1) return null;
  const fields = new Fields(element, 0xa1);
  const algorithm = readAlgorithm(fields.next());
  const key = asCms(() => bitStringOctets(fields.next(0x03)));
  fields.end();
  return { algorithm, key };
}

/** KeyAgreeRecipientIdentifier: issuer and serial, or [0] RecipientKeyIdentifier with optional date and other data. */
function readKeyAgreementHolder(element: BerElement): HolderIdentifier {
  if (element.tag === 0x30) return readIssuerAndSerial(element);
  if (element.tag !== 0xa0) return malformed();
  return { kind: "key-identifier", keyIdentifier: new Fields(element, 0xa0).next().octets() };
}

function readKeyEncryptionKey(info: BerElement): KeyEncryptionKeyRecipient {
  const fields = new Fields(info, 0xa2);
  readVersion(fields.next());
  // KEKIdentifier may go on with a date and other attributes, which name nothing more.
  const keyIdentifier = new Fields(fields.next()).next().octets();
  const algorithm = readAlgorithm(fields.next());
  const encryptedKey = fields.next().octets();
  fields.end();
  return { kind: "kek", keyIdentifier, algorithm, encryptedKey };
}

function readPassword(info: BerElement): PasswordRecipient {
  const fields = new Fields(info, 0xa3);
  readVersion(fields.next());
  const derivation = fields.optional(0xa0);
  const algorithm = readAlgorithm(fields.next());
  const encryptedKey = fields.next().octets();
  fields.end();
  return { kind: "password", derivation: derivation === null ? null : readAlgorithm(derivation, 0xa0), algorithm, encryptedKey };
}
