import { type Bytes, equal } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { derElement } from "../pki/der.ts";
import type { ReceiptRequest, SecurityLabel } from "../protocol/message-status.ts";
import { timeOf } from "../pki/der-values.ts";
import { OID } from "../pki/oids.ts";
import { type BerElement, readBer } from "./ber.ts";
import { toDer } from "./ber-to-der.ts";
import { readMsgSigDigest, readReceiptRequest, readSecurityLabel } from "./enhanced-services.ts";
import { Fields } from "./fields.ts";
import { type HolderIdentifier, readIssuerAndSerial } from "./identifiers.ts";
import { readCapabilities } from "./read-capabilities.ts";
import { asCms, readAlgorithm, readOid } from "./values.ts";

/** What the signed attributes of one SignerInfo say. All of it is the signer's claim until the signature verifies. */
export interface SignedAttributes {
  contentType: string;
  messageDigest: Bytes;
  signingTime: Date | null;
  /** OpenSSL's names of content ciphers and key schemes that the signer can read, best first; unknown ones are left out (CP-03). */
  capabilities: string[];
  encryptionKeyPreference: HolderIdentifier | null;
  /** First entries of signing-certificate v1 and v2: the hashes that the signer's certificate must have. */
  certificateHashes: { digest: string; hash: Bytes }[];
  receiptRequest: ReceiptRequest | null;
  securityLabel: SecurityLabel | null;
  /** In a signed receipt: the digest of the signed attributes that it confirms (RFC 2634 §2.10). */
  msgSigDigest: Bytes | null;
  /** A mailing list agent has passed the message on (RFC 2634 §4.4); what it wants of receipts is not read. */
  mailingList: boolean;
  /**
   * The octets that the signature may cover: their DER with the SET OF tag (RFC 5652 §5.4), and, where that differs, the order
   * they came in, because some programs sign unsorted sets. Both say the same, so accepting both decides nothing.
   */
  encodings: Bytes[];
}

type Values = Map<string, readonly BerElement[][]>;

/**
 * Reads signed attributes and their rules: content-type and message-digest exactly once with one value (SG-02, RFC 5652 §11.1, §11.2);
 * signing-time (§11.3), capabilities and key preference (RFC 8551 §2.5.2, §2.5.3, SG-07) and signing-certificate
 * (RFC 5035 §3) at most once with one value. Throws `cms.attributes-invalid`.
 */
export function readSignedAttributes(set: BerElement): SignedAttributes {
  try {
    const values = group(set);
    return {
      contentType: readOid(required(values, OID.contentType)),
      messageDigest: required(values, OID.messageDigest).octets(),
      signingTime: readSigningTime(single(values, OID.signingTime)),
      capabilities: readCapabilities(single(values, OID.SMIMECapabilities)),
      encryptionKeyPreference: readPreference(values),
      certificateHashes: [
        ...readCertificateHash(single(values, OID["id-smime-aa-signingCertificate"]), "sha1"),
        ...readCertificateHash(single(values, OID["id-smime-aa-signingCertificateV2"]), "sha256"),
      ],
      receiptRequest: mapped(single(values, OID["id-smime-aa-receiptRequest"]), readReceiptRequest),
      securityLabel: mapped(single(values, OID["id-smime-aa-securityLabel"]), readSecurityLabel),
      msgSigDigest: mapped(single(values, OID["id-smime-aa-msgSigDigest"]), readMsgSigDigest),
      mailingList: values.has(OID["id-smime-aa-mlExpandHistory"]),
      encodings: encodingsOf(set),
    };
  } catch (error) {
    if (error instanceof SmimeError && error.code === "cms.malformed") throw new SmimeError("cms.attributes-invalid", { cause: error });
    throw error;
  }
}

/** Attributes that must be signed where they are used (RFC 5652 §11; RFC 8551 §2.5.2, §2.5.3; RFC 5035 §3; RFC 2634 §1.3.4). */
const SIGNED_ONLY = [
  OID.contentType,
  OID.messageDigest,
  OID.signingTime,
  OID.SMIMECapabilities,
  OID["id-smime-aa-encrypKeyPref"],
  OID["id-smime-aa-signingCertificate"],
  OID["id-smime-aa-signingCertificateV2"],
  OID["id-smime-aa-receiptRequest"],
  OID["id-smime-aa-securityLabel"],
  OID["id-smime-aa-msgSigDigest"],
  OID["id-smime-aa-mlExpandHistory"],
];

/** Insists that no attribute stands among the unsigned ones that counts only when signed. Throws `cms.attributes-invalid`. */
export function checkUnsignedAttributes(set: BerElement): void {
  for (const attribute of set.children) {
    const [type] = attribute.constructed ? attribute.children : [];
    if (type === undefined || SIGNED_ONLY.some((oid) => oid === readOid(type))) throw new SmimeError("cms.attributes-invalid");
  }
}

/** Values of each attribute type: one list for each time that the type occurs. */
function group(set: BerElement): Values {
  const values = new Map<string, BerElement[][]>();
  for (const attribute of set.children) {
    const fields = new Fields(attribute);
    const type = readOid(fields.next());
    const found = [...fields.next(0x31).children];
    fields.end();
    const known = values.get(type);
    if (known === undefined) values.set(type, [found]);
    else known.push(found);
  }
  return values;
}

function single(values: Values, type: string): BerElement | null {
  const found = values.get(type);
  if (found === undefined) return null;
  const [value] = found[0] as BerElement[];
  if (found.length !== 1 || found[0]?.length !== 1 || value === undefined) throw new SmimeError("cms.attributes-invalid");
  return value;
}

function required(values: Values, type: string): BerElement {
  const value = single(values, type);
  if (value === null) throw new SmimeError("cms.attributes-invalid");
  return value;
}

function mapped<T>(value: BerElement | null, read: (value: BerElement) => T | null): T | null {
  return value === null ? null : read(value);
}

function readSigningTime(value: BerElement | null): Date | null {
  return value === null ? null : asCms(() => timeOf(value));
}

function readPreference(values: Values): HolderIdentifier | null {
  const standard = single(values, OID["id-smime-aa-encrypKeyPref"]);
  const microsoft = single(values, OID.microsoftEncryptionKeyPreference);
  const value = standard ?? microsoft;
  if (value === null) return null;
  switch (value.tag) {
    case 0x30:
    case 0xa0:
      return readIssuerAndSerial(value, value.tag);
    case 0xa1:
      return { kind: "key-identifier", keyIdentifier: new Fields(value, 0xa1).next().octets() };
    case 0x80:
      return { kind: "key-identifier", keyIdentifier: value.content };
    default:
      return null;
  }
}

/** SigningCertificate and SigningCertificateV2: the first entry is the signer's certificate (RFC 5035 §3, §4; SG-04). */
function readCertificateHash(value: BerElement | null, standard: string): { digest: string; hash: Bytes }[] {
  if (value === null) return [];
  const [first] = new Fields(value).next(0x30).children;
  if (first === undefined) throw new SmimeError("cms.attributes-invalid");
  const fields = new Fields(first);
  const algorithm = standard === "sha1" ? null : fields.optional(0x30);
  return [{ digest: algorithm === null ? standard : readAlgorithm(algorithm).name, hash: fields.next(0x04).octets() }];
}

function encodingsOf(set: BerElement): Bytes[] {
  const der = toDer(set, 0x31);
  const asReceived = derElement(0x31, set.content);
  return equal(der, asReceived) ? [der] : [der, asReceived];
}

/**
 * Tells whether a signature without signed attributes is acceptable: only over id-data (RFC 5652 §5.3), and only if the
 * content is not itself a set of attributes. A signature over attributes could otherwise be passed off as one over a
 * text that is those attributes' encoding.
 */
export function mayLackAttributes(contentType: string, content: Bytes): boolean {
  if (contentType !== OID.data) return false;
  if (content[0] !== 0x31) return true;
  try {
    return !group(readBer(content)).has(OID.messageDigest);
  } catch {
    return true;
  }
}
