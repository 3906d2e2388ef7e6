import type { Bytes } from "../base/bytes.ts";
import type { Algorithm } from "../pki/algorithm.ts";
import { type BerElement } from "./ber.ts";
import { toDer } from "./ber-to-der.ts";
import { Fields } from "./fields.ts";
import { type Recipient, readRecipients } from "./recipients.ts";
import { readAlgorithm, readOid, readVersion } from "./values.ts";

/** EncryptedContentInfo (RFC 5652 §6.1). */
export interface EncryptedContent {
  /** Dotted identifier of what is inside. */
  contentType: string;
  cipher: Algorithm;
  /** The ciphertext's segments in order, views into the input; null if it is kept elsewhere. */
  segments: Bytes[] | null;
}

/** EnvelopedData (RFC 5652 §6.1), read and not opened. */
export interface EnvelopedData {
  type: "enveloped-data";
  recipients: Recipient[];
  encrypted: EncryptedContent;
}

/** AuthEnvelopedData (RFC 5083 §2.1), read and not opened. */
export interface AuthEnvelopedData {
  type: "auth-enveloped-data";
  recipients: Recipient[];
  encrypted: EncryptedContent;
  /** Additional authenticated data: the authenticated attributes in DER with the SET OF tag (RFC 5083 §2.2); empty if absent. */
  authenticated: Bytes;
  /** The authentication tag. */
  mac: Bytes;
}

/** Reads the content of a ContentInfo of type id-envelopedData. Throws `cms.malformed`, `limits.cms-nodes`, `limits.cms-recipients`. */
export function readEnvelopedData(element: BerElement): EnvelopedData {
  const fields = new Fields(element);
  readVersion(fields.next());
  fields.optional(0xa0);
  const recipients = readRecipients(fields.next(0x31));
  const encrypted = readEncryptedContent(fields.next());
  fields.optional(0xa1);
  fields.end();
  return { type: "enveloped-data", recipients, encrypted };
}

/** Reads the content of a ContentInfo of type id-ct-authEnvelopedData. Throws as `readEnvelopedData`. */
export function readAuthEnvelopedData(element: BerElement): AuthEnvelopedData {
  const fields = new Fields(element);
  readVersion(fields.next());
  fields.optional(0xa0);
  const recipients = readRecipients(fields.next(0x31));
  const encrypted = readEncryptedContent(fields.next());
  const attributes = fields.optional(0xa1);
  const mac = fields.next().octets();
  fields.optional(0xa2);
  fields.end();
  return {
    type: "auth-enveloped-data",
    recipients,
    encrypted,
    authenticated: attributes === null ? new Uint8Array(0) : toDer(attributes, 0x31),
    mac,
  };
}

function readEncryptedContent(element: BerElement): EncryptedContent {
  const fields = new Fields(element);
  const contentType = readOid(fields.next());
  const cipher = readAlgorithm(fields.next());
  const content = fields.optional(0x80, 0xa0);
  fields.end();
  return { contentType, cipher, segments: content === null ? null : content.segments(0x80) };
}
