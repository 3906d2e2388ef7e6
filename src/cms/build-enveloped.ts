import { type Bytes, randomBytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { ContentCipher, RecipientCertificate } from "../protocol/draft.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { derInteger, derOctetString, derOid, derSorted } from "../pki/der.ts";
import { OID } from "../pki/oids.ts";
import { agreementRecipient } from "./agreement-recipient.ts";
import { contentInfo } from "./build-signed.ts";
import { type Encrypted, encryptContent, keyLengthOf } from "./content-cipher.ts";
import { type DerParts, joinParts, partsElement } from "./der-parts.ts";
import { transportRecipient } from "./transport-recipient.ts";

export interface EnvelopedInput {
  content: Bytes;
  cipher: ContentCipher;
  /** Everybody who shall read it, the sender included; at least one. */
  recipients: readonly RecipientCertificate[];
}

/** One RecipientInfo in DER, and whether it obliges EnvelopedData to version 2 (RFC 5652 §6.1). */
export interface RecipientInfo {
  der: Bytes;
  plain: boolean;
}

/**
 * Encrypts content under a fresh key, and that key to each recipient: EnvelopedData (RFC 5652 §6.1) for CBC,
 * AuthEnvelopedData (RFC 5083) for GCM, in a ContentInfo, DER.
 * Throws `cms.no-recipient-key` without recipients, `keys.algorithm` for a key that cannot be encrypted to, `keys.weak`, `pki.malformed`.
 */
export async function buildEnveloped(input: EnvelopedInput): Promise<Bytes> {
  if (input.recipients.length === 0) throw new SmimeError("cms.no-recipient-key");
  const key = randomBytes(keyLengthOf(input.cipher));
  const infos: RecipientInfo[] = [];
  for (const recipient of input.recipients) infos.push(await recipientInfo(recipient, key));
  const encrypted = await encryptContent(input.cipher, key, input.content);
  key.fill(0);
  return joinParts(envelope(infos, encrypted));
}

function recipientInfo(recipient: RecipientCertificate, key: Bytes): Promise<RecipientInfo> {
  const certificate = parseCertificate(recipient.certificate);
  switch (certificate.keyAlgorithm) {
    case "rsaEncryption":
    case "rsaesOaep":
      return transportRecipient(certificate, recipient, key);
    case "id-ecPublicKey":
    case "X25519":
      return agreementRecipient(certificate, recipient, key);
    default:
      throw new SmimeError("keys.algorithm");
  }
}

function envelope(infos: RecipientInfo[], encrypted: Encrypted): DerParts {
  const recipients = partsElement(0x31, ...derSorted(infos.map((info) => info.der)));
  const content = partsElement(0x30, derOid(OID.data), encrypted.algorithm, partsElement(0x80, encrypted.ciphertext));
  if (encrypted.mac !== null) {
    return contentInfo(OID.authEnvelopedData, partsElement(0x30, derInteger(0), recipients, content, derOctetString(encrypted.mac)));
  }
  const version = infos.every((info) => info.plain) ? 0 : 2;
  return contentInfo(OID.envelopedData, partsElement(0x30, derInteger(version), recipients, content));
}
