import { type Bytes, randomBytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { joinPieces, type OctetStream, type Piece } from "../base/pieces.ts";
import type { ContentCipher, RecipientCertificate } from "../protocol/draft.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { derInteger, derOctetString, derOid, derSorted } from "../pki/der.ts";
import { OID } from "../pki/oids.ts";
import { agreementRecipient } from "./agreement-recipient.ts";
import { contentInfo } from "./build-signed.ts";
import { type Encryption, encryptContent, keyLengthOf } from "./content-encryption.ts";
import { type DerParts, partsElement } from "./der-parts.ts";
import { transportRecipient } from "./transport-recipient.ts";

export interface EnvelopedInput {
  /** In pieces, which are encrypted as if they were one. */
  content: readonly Piece[];
  cipher: ContentCipher;
  /** Everybody who shall read it, the sender included; at least one. */
  recipients: readonly RecipientCertificate[];
  /** Told how many recipients' keys were wrapped, from time to time. */
  onRecipients?: (done: number) => void;
}

/** Recipients whose keys are wrapped side by side: certificates are read while the platform computes. */
const AT_ONCE = 64;

/** One RecipientInfo in DER, and whether it obliges EnvelopedData to version 2 (RFC 5652 §6.1). */
export interface RecipientInfo {
  der: Bytes;
  plain: boolean;
}

/**
 * Encrypts content under a fresh key, and that key to each recipient: EnvelopedData (RFC 5652 §6.1) for CBC,
 * AuthEnvelopedData (RFC 5083) for GCM, in a ContentInfo, DER, whose pieces are made as they are asked for.
 * Throws `cms.no-recipient-key` without recipients, `keys.algorithm` for a key that cannot be encrypted to, `keys.weak`, `pki.malformed`.
 */
export async function streamEnveloped(input: EnvelopedInput): Promise<OctetStream> {
  if (input.recipients.length === 0) throw new SmimeError("cms.no-recipient-key");
  const key = randomBytes(keyLengthOf(input.cipher));
  const infos: RecipientInfo[] = [];
  for (let from = 0; from < input.recipients.length; from += AT_ONCE) {
    infos.push(...(await Promise.all(input.recipients.slice(from, from + AT_ONCE).map((recipient) => recipientInfo(recipient, key)))));
    input.onRecipients?.(infos.length);
  }
  const encryption = await encryptContent(input.cipher, key, input.content);
  key.fill(0);
  const { length, pieces } = envelope(infos, encryption);
  return { length, pieces: filled(pieces, encryption.ciphertext) };
}

/** The same for content in one piece, and joined. */
export async function buildEnveloped({ content, ...input }: Omit<EnvelopedInput, "content"> & { content: Bytes }): Promise<Bytes> {
  const pieces: Bytes[] = [];
  for await (const piece of (await streamEnveloped({ ...input, content: [content] })).pieces) pieces.push(piece);
  return joinPieces(pieces);
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

/** Stands where the ciphertext will. */
const PLACE = new Uint8Array(0);

async function* filled(pieces: readonly Bytes[], ciphertext: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  for (const piece of pieces) {
    if (piece === PLACE) yield* ciphertext;
    else yield piece;
  }
}

function envelope(infos: RecipientInfo[], encrypted: Encryption): DerParts {
  const recipients = partsElement(0x31, ...derSorted(infos.map((info) => info.der)));
  const content = partsElement(0x30, derOid(OID.data), encrypted.algorithm, partsElement(0x80, { length: encrypted.length, pieces: [PLACE] }));
  if (encrypted.mac !== null) {
    return contentInfo(OID.authEnvelopedData, partsElement(0x30, derInteger(0), recipients, content, derOctetString(encrypted.mac)));
  }
  const version = infos.every((info) => info.plain) ? 0 : 2;
  return contentInfo(OID.envelopedData, partsElement(0x30, derInteger(version), recipients, content));
}
